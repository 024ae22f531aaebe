using ActorEtcd.Wire;

namespace ActorEtcd.Persistence.EtcdData;

/// <summary>An entry of etcd's Raft log (<c>raftpb.Entry</c>).</summary>
public sealed record EtcdEntry(EtcdEntryType Type, long Term, long Index, ReadOnlyMemory<byte> Data)
{
    /// <exception cref="MalformedMessageException">The bytes are no entry.</exception>
    internal static EtcdEntry Parse(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var type = 0;
        long term = 0, index = 0;
        ReadOnlyMemory<byte> data = default;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: type = reader.Int32(); break;
                case 2: term = reader.Int64(); break;
                case 3: index = reader.Int64(); break;
                case 4: data = reader.Bytes(); break;
                default: reader.Skip(); break;
            }
        }

        return index > 0 && term > 0 && type is >= 0 and <= (int)EtcdEntryType.ConfChangeV2
            ? new EtcdEntry((EtcdEntryType)type, term, index, data)
            : throw new MalformedMessageException($"an entry of type {type} with index {index} and term {term}");
    }
}
