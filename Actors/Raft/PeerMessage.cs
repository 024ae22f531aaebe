using System.Collections.Immutable;
using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>
/// A message between the Raft actors of two members. Term 0 marks the requests that are outside the term
/// rules (forwarded proposals and reads); every other message carries its sender's term.
/// Nothing in such a message is trusted before <see cref="PeerMessageCheck"/> has seen it.
/// </summary>
public abstract record PeerMessage(MemberId From, MemberId To, long Term)
{
    /// <summary>Would you vote for me in <c>Term</c>? Changes nobody's state.</summary>
    public sealed record RequestPreVote(MemberId From, MemberId To, long Term, long LastIndex, long LastTerm)
        : PeerMessage(From, To, Term);

    public sealed record PreVoteReply(MemberId From, MemberId To, long Term, bool Granted)
        : PeerMessage(From, To, Term);

    /// <summary><paramref name="Transfer"/>: the leader itself asked for this election; leases do not hold.</summary>
    public sealed record RequestVote(
        MemberId From, MemberId To, long Term, long LastIndex, long LastTerm, bool Transfer)
        : PeerMessage(From, To, Term);

    public sealed record VoteReply(MemberId From, MemberId To, long Term, bool Granted)
        : PeerMessage(From, To, Term);

    public sealed record AppendEntries(
        MemberId From,
        MemberId To,
        long Term,
        long PrevIndex,
        long PrevTerm,
        long CommitIndex,
        ImmutableArray<LogEntry> Entries)
        : PeerMessage(From, To, Term);

    /// <summary>
    /// Accepted: everything up to <paramref name="Index"/> matches the leader's log and is durable.
    /// Refused: the entry at <paramref name="Index"/> does not match; the best guess of the last one that
    /// does is (<paramref name="HintIndex"/>, <paramref name="HintTerm"/>).
    /// </summary>
    public sealed record AppendReply(
        MemberId From, MemberId To, long Term, bool Accepted, long Index, long HintIndex, long HintTerm)
        : PeerMessage(From, To, Term);

    /// <summary><paramref name="SentAtTicks"/> comes back in the reply, for measuring the round trip.</summary>
    public sealed record Heartbeat(
        MemberId From, MemberId To, long Term, long CommitIndex, long ReadRound, long SentAtTicks)
        : PeerMessage(From, To, Term);

    public sealed record HeartbeatReply(
        MemberId From, MemberId To, long Term, long CommitIndex, long ReadRound, long SentAtTicks)
        : PeerMessage(From, To, Term);

    /// <summary>The commit index moved and no entries are on their way to tell so. Not answered.</summary>
    public sealed record CommitNotice(MemberId From, MemberId To, long Term, long CommitIndex)
        : PeerMessage(From, To, Term);

    /// <summary>
    /// The entry of that index and term is committed, whoever leads: true for ever, so it is outside the term rules. Told
    /// to candidates that are refused, since a member that was removed may be the only one that knows.
    /// </summary>
    public sealed record EntryCommitted(MemberId From, MemberId To, long Index, long EntryTerm)
        : PeerMessage(From, To, 0);

    public sealed record InstallSnapshot(MemberId From, MemberId To, long Term, CheckpointManifest Manifest)
        : PeerMessage(From, To, Term);

    public sealed record InstallSnapshotReply(MemberId From, MemberId To, long Term, bool Installed, long Index)
        : PeerMessage(From, To, Term);

    /// <summary>The leader hands over: campaign at once.</summary>
    public sealed record TimeoutNow(MemberId From, MemberId To, long Term) : PeerMessage(From, To, Term);

    /// <summary>
    /// Proposals of a follower's clients. <paramref name="Origin"/> names one life of that follower and
    /// <paramref name="Sequence"/> grows within it, so that a duplicate is recognised. <paramref name="LeaderTerm"/> is the
    /// term whose leader they are for: only the life of a member that led in it can say what became of them.
    /// </summary>
    public sealed record ForwardProposals(
        MemberId From, MemberId To, long LeaderTerm, long Origin, long Sequence, ImmutableArray<ReadOnlyMemory<byte>> Payloads)
        : PeerMessage(From, To, 0);

    /// <summary>A change of the group on behalf of a follower's client; numbered together with its proposals.</summary>
    public sealed record ForwardConfigurationChange(
        MemberId From, MemberId To, long LeaderTerm, long Origin, long Sequence, ReadOnlyMemory<byte> Change)
        : PeerMessage(From, To, 0);

    /// <summary>The proposals of that batch were not appended and never will be by this request.</summary>
    public sealed record ForwardedProposalsRefused(
        MemberId From,
        MemberId To,
        ProposalRefusal Reason,
        long Origin,
        long Sequence,
        ImmutableArray<ReadOnlyMemory<byte>> Payloads)
        : PeerMessage(From, To, 0);

    /// <summary><paramref name="Context"/> is never used twice by a member, not even after a restart.</summary>
    public sealed record RequestReadIndex(MemberId From, MemberId To, long Context) : PeerMessage(From, To, 0);

    public sealed record ReadIndexReply(MemberId From, MemberId To, long Context, long Index)
        : PeerMessage(From, To, 0);

    /// <summary>
    /// The sender has lost its log: which term are you in, and, if you lead, where does your log end? A leader forgets what
    /// the sender has acknowledged. <paramref name="Context"/> is never used twice.
    /// </summary>
    public sealed record RequestStanding(MemberId From, MemberId To, long Context) : PeerMessage(From, To, 0);

    /// <summary>Outside the term rules, since a member that never heard of a leader is in no term.</summary>
    public sealed record StandingReply(
        MemberId From, MemberId To, long Context, long MemberTerm, long LastIndex, MemberStanding Standing)
        : PeerMessage(From, To, 0);

    public sealed record ReadIndexDenied(MemberId From, MemberId To, long Context, ReadRefusal Reason)
        : PeerMessage(From, To, 0);
}
