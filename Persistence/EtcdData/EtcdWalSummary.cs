using ActorEtcd.Wire;

namespace ActorEtcd.Persistence.EtcdData;

/// <summary>What a whole write-ahead log of etcd says, but for its entries.</summary>
public sealed record EtcdWalSummary(
    ulong ClusterId,
    MemberId MemberId,
    EtcdHardState State,
    IReadOnlyList<(long Index, long Term)> Snapshots,
    string? TornTail)
{
    /// <summary>Reads the whole log and verifies it.</summary>
    /// <exception cref="EtcdDataException">It is damaged, or says nothing about whose it is.</exception>
    public static EtcdWalSummary Read(string directory)
    {
        var reader = EtcdWalReader.Open(directory);
        var state = EtcdHardState.None;
        var snapshots = new List<(long Index, long Term)>();
        (ulong Cluster, ulong Member)? identity = null;
        foreach (var record in reader.Records())
        {
            switch (record.Type)
            {
                case EtcdWalRecordTypes.Metadata:
                    identity = SameIdentity(identity, Parse(record, ParseMetadata), record);
                    break;
                case EtcdWalRecordTypes.State:
                    state = Parse(record, EtcdHardState.Parse);
                    break;
                case EtcdWalRecordTypes.Snapshot:
                    snapshots.Add(Parse(record, ParseSnapshot));
                    break;
                case EtcdWalRecordTypes.Entry:
                    Parse(record, EtcdEntry.Parse);
                    break;
                default:
                    throw new EtcdFileDamagedException(record.File, record.Offset, $"a record of unknown type {record.Type}");
            }
        }

        var (cluster, member) = identity ?? throw new EtcdDataException($"the write-ahead log in {directory} does not say whose it is");
        return new EtcdWalSummary(cluster, new MemberId(member), state, snapshots, reader.TornTail);
    }

    /// <summary>Turns a message that cannot be read into one that says where it is.</summary>
    internal static T Parse<T>(EtcdWalRecord record, Func<ReadOnlyMemory<byte>, T> parse)
    {
        try
        {
            return parse(record.Data);
        }
        catch (MalformedMessageException malformed)
        {
            throw new EtcdFileDamagedException(record.File, record.Offset, malformed.Message);
        }
    }

    private static (ulong Cluster, ulong Member) SameIdentity(
        (ulong Cluster, ulong Member)? known, (ulong Cluster, ulong Member) found, EtcdWalRecord record)
        => known is null || known == found
            ? found
            : throw new EtcdFileDamagedException(record.File, record.Offset, "the file is of another member than those before");

    // etcdserverpb.Metadata {1 member, 2 cluster}.
    private static (ulong Cluster, ulong Member) ParseMetadata(ReadOnlyMemory<byte> bytes)
    {
        var (member, cluster) = ParseTwo(bytes);
        return (cluster, member);
    }

    // walpb.Snapshot {1 index, 2 term}.
    private static (long Index, long Term) ParseSnapshot(ReadOnlyMemory<byte> bytes)
    {
        var (index, term) = ParseTwo(bytes);
        return ((long)index, (long)term);
    }

    private static (ulong First, ulong Second) ParseTwo(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        ulong first = 0, second = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: first = reader.UInt64(); break;
                case 2: second = reader.UInt64(); break;
                default: reader.Skip(); break;
            }
        }

        return (first, second);
    }
}
