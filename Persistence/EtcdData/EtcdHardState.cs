using ActorEtcd.Wire;

namespace ActorEtcd.Persistence.EtcdData;

/// <summary>What a member must not forget (<c>raftpb.HardState</c>): its term, its vote in it, and what it knew to be committed.</summary>
public sealed record EtcdHardState(long Term, MemberId Vote, long Commit)
{
    public static readonly EtcdHardState None = new(0, MemberId.None, 0);

    /// <exception cref="MalformedMessageException">The bytes are no hard state.</exception>
    internal static EtcdHardState Parse(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        long term = 0, commit = 0;
        ulong vote = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: term = reader.Int64(); break;
                case 2: vote = reader.UInt64(); break;
                case 3: commit = reader.Int64(); break;
                default: reader.Skip(); break;
            }
        }

        return new EtcdHardState(term, new MemberId(vote), commit);
    }
}
