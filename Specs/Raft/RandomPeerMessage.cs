using System.Collections.Immutable;
using ActorEtcd.Log;
using ActorEtcd.Raft;

namespace ActorEtcd.Specs.Raft;

/// <summary>Messages with small random numbers, mostly near the given term, of every kind.</summary>
internal static class RandomPeerMessage
{
    public static PeerMessage Next(Random random, long near)
    {
        var from = new MemberId((ulong)random.Next(2, 5));
        var to = CoreMember.Me;
        var term = Math.Max(0, near + random.Next(-1, 2));
        long Number() => random.Next(30) == 0 ? random.NextInt64() - 5 : random.Next(12);
        bool Coin() => random.Next(2) == 0;
        ImmutableArray<ReadOnlyMemory<byte>> payloads = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new byte[3])];
        return random.Next(19) switch
        {
            0 => new PeerMessage.RequestPreVote(from, to, term, Number(), Number()),
            1 => new PeerMessage.PreVoteReply(from, to, term, Coin()),
            2 => new PeerMessage.RequestVote(from, to, term, Number(), Number(), Coin()),
            3 => new PeerMessage.VoteReply(from, to, term, Coin()),
            4 or 5 => Append(random, from, to, term, Number(), Number(), Number()),
            6 => new PeerMessage.AppendReply(from, to, term, Coin(), Number(), Number(), Number()),
            7 => new PeerMessage.Heartbeat(from, to, term, Number(), Number(), Number()),
            8 => new PeerMessage.HeartbeatReply(from, to, term, Number(), Number(), Number()),
            9 => new PeerMessage.CommitNotice(from, to, term, Number()),
            10 => new PeerMessage.InstallSnapshot(from, to, term, CoreMember.Manifest(Number(), Number())),
            11 => new PeerMessage.InstallSnapshotReply(from, to, term, Coin(), Number()),
            12 => new PeerMessage.TimeoutNow(from, to, term),
            13 => new PeerMessage.ForwardProposals(from, to, Number(), Number(), Number(), payloads),
            14 => new PeerMessage.ForwardedProposalsRefused(from, to, ProposalRefusal.Overloaded, Number(), Number(), payloads),
            15 => new PeerMessage.RequestReadIndex(from, to, Number()),
            16 => new PeerMessage.RequestStanding(from, to, Number()),
            17 => new PeerMessage.StandingReply(from, to, Number(), Number(), Number(), (MemberStanding)random.Next(3)),
            _ => Coin()
                ? new PeerMessage.ReadIndexReply(from, to, Number(), Number())
                : new PeerMessage.ReadIndexDenied(from, to, Number(), ReadRefusal.NoLeader),
        };
    }

    private static PeerMessage.AppendEntries Append(
        Random random, MemberId from, MemberId to, long term, long prevIndex, long prevTerm, long commit)
    {
        var entryTerm = Math.Max(1, prevTerm);
        var entries = ImmutableArray.CreateBuilder<LogEntry>();
        for (var i = random.Next(4); i > 0; i--)
        {
            entryTerm += random.Next(3) == 0 ? 1 : 0;
            entries.Add(new LogEntry(
                prevIndex + entries.Count + 1, entryTerm, (EntryKind)random.Next(3), new byte[random.Next(5)]));
        }

        return new PeerMessage.AppendEntries(from, to, term, prevIndex, prevTerm, commit, entries.ToImmutable());
    }
}
