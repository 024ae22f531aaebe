using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ActorEtcd.Members;
using ActorEtcd.Raft;
using ActorEtcd.V2;
using ActorEtcd.Wire;

namespace ActorEtcd.Persistence.EtcdData;

/// <summary>
/// A snapshot file of etcd's Raft log (<c>member/snap/&lt;term&gt;-&lt;index&gt;.snap</c>): who was a member at its index, and the
/// v2 store. The keys and values of v3 are not in it but in the database.
/// </summary>
public sealed record EtcdSnapshotFile(
    string Path, long Index, long Term, RaftConfiguration Configuration, IReadOnlyList<Member> Members)
{
    private const string Extension = ".snap";

    /// <summary>The v2 store at the index.</summary>
    public V2State V2 { get; init; } = V2State.Initial;

    /// <summary>
    /// The newest snapshot that the log knows; null when there is none. A newer file that the log does not know is
    /// what a crash left.
    /// </summary>
    /// <exception cref="EtcdDataException">The newest file that counts is damaged.</exception>
    public static EtcdSnapshotFile? FindNewest(string directory, IReadOnlyList<(long Index, long Term)> known)
    {
        var names = known.Where(static mark => mark.Index > 0)
            .OrderByDescending(static mark => mark.Index)
            .Select(static mark => string.Create(CultureInfo.InvariantCulture, $"{mark.Term:x16}-{mark.Index:x16}{Extension}"));
        foreach (var name in names)
        {
            var path = System.IO.Path.Combine(directory, name);
            if (File.Exists(path))
            {
                return Read(path);
            }
        }

        return null;
    }

    /// <exception cref="EtcdFileDamagedException">The file is no sound snapshot.</exception>
    public static EtcdSnapshotFile Read(string path)
    {
        try
        {
            return Parse(path, File.ReadAllBytes(path));
        }
        catch (Exception wrong) when (wrong is MalformedMessageException or JsonException)
        {
            throw new EtcdFileDamagedException(path, 0, wrong.Message);
        }
    }

    // snappb.snapshot {1 checksum, 2 raftpb.Snapshot {1 data, 2 metadata {1 configuration, 2 index, 3 term}}}.
    private static EtcdSnapshotFile Parse(string path, byte[] content)
    {
        var outer = new ProtoReader(content);
        ulong crc = 0;
        ReadOnlyMemory<byte> snapshot = default;
        while (outer.Next())
        {
            switch (outer.Field)
            {
                case 1: crc = outer.UInt64(); break;
                case 2: snapshot = outer.Bytes(); break;
                default: outer.Skip(); break;
            }
        }

        if (snapshot.IsEmpty || crc != Crc32C.Compute(snapshot.Span))
        {
            throw new EtcdFileDamagedException(path, 0, "its checksum does not match");
        }

        ReadOnlyMemory<byte> data = default, metadata = default;
        var inner = new ProtoReader(snapshot);
        while (inner.Next())
        {
            switch (inner.Field)
            {
                case 1: data = inner.Bytes(); break;
                case 2: metadata = inner.Bytes(); break;
                default: inner.Skip(); break;
            }
        }

        var members = data.IsEmpty ? [] : EtcdMemberJson.ParseStore(data);
        var file = new EtcdSnapshotFile(path, 0, 0, RaftConfiguration.Empty, members);
        return ParseMetadata(data.IsEmpty ? file : file with { V2 = EtcdV2Json.Parse(data) }, metadata);
    }

    private static EtcdSnapshotFile ParseMetadata(EtcdSnapshotFile file, ReadOnlyMemory<byte> metadata)
    {
        var reader = new ProtoReader(metadata);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: file = file with { Configuration = ParseConfiguration(reader.Bytes()) }; break;
                case 2: file = file with { Index = reader.Int64() }; break;
                case 3: file = file with { Term = reader.Int64() }; break;
                default: reader.Skip(); break;
            }
        }

        return file;
    }

    // raftpb.ConfState {1 voters, 2 learners, 3 outgoing voters, 4 coming learners}.
    private static RaftConfiguration ParseConfiguration(ReadOnlyMemory<byte> bytes)
    {
        var lists = Enumerable.Range(0, 4).Select(static _ => ImmutableArray.CreateBuilder<MemberId>()).ToArray();
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            if (reader.Field <= lists.Length && reader.Type == WireType.Varint)
            {
                lists[reader.Field - 1].Add(new MemberId(reader.UInt64()));
            }
            else
            {
                reader.Skip();
            }
        }

        return new RaftConfiguration(Sorted(lists[0]), Sorted(lists[2]), Sorted(lists[1]), Sorted(lists[3]));

        static ImmutableArray<MemberId> Sorted(ImmutableArray<MemberId>.Builder ids) => [.. ids.Order()];
    }
}
