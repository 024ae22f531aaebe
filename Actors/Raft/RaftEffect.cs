using System.Collections.Immutable;
using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>
/// What the shell must do after a decision, in the order given. Nothing here waits for anything: a message
/// that must not leave before a write is deferred inside the state and becomes a <see cref="Send"/> only
/// when the write is acknowledged.
/// </summary>
public abstract record RaftEffect
{
    private RaftEffect()
    {
    }

    public sealed record Send(PeerMessage Message) : RaftEffect;

    public sealed record WriteEntries(
        long Sequence, long PrevIndex, ImmutableArray<LogEntry> Entries, long CommitIndex) : RaftEffect;

    public sealed record WriteTermAndVote(long Sequence, long Term, MemberId Vote) : RaftEffect;

    /// <summary>Write the commit index when convenient; nobody waits for it.</summary>
    public sealed record WriteCommit(long Index) : RaftEffect;

    public sealed record Apply(ImmutableArray<LogEntry> Entries, long CommitIndex) : RaftEffect;

    /// <summary>Wake the core with an election timeout after the delay; replaces an earlier request.</summary>
    public sealed record ArmElectionTimer(TimeSpan Delay) : RaftEffect;

    /// <summary>Begin to wake the core once per heartbeat interval.</summary>
    public sealed record StartHeartbeats : RaftEffect;

    public sealed record StopHeartbeats : RaftEffect;

    public sealed record RefuseProposals(
        ImmutableArray<ReadOnlyMemory<byte>> Payloads, ProposalRefusal Reason) : RaftEffect;

    public sealed record AnswerRead(long Context, long Index) : RaftEffect;

    public sealed record RefuseRead(long Context, ReadRefusal Reason) : RaftEffect;

    /// <summary>Leader, term or role changed.</summary>
    public sealed record AnnounceLeadership(MemberId Leader, long Term, RaftRole Role) : RaftEffect;

    /// <summary>This leader's disk has not answered for so long that it hands over.</summary>
    public sealed record DiskStalled(TimeSpan For, MemberId Target) : RaftEffect;

    public sealed record TransferSucceeded(MemberId Leader) : RaftEffect;

    public sealed record TransferFailed(string Reason) : RaftEffect;

    /// <summary>Fetch the segments of the checkpoint that this member lacks.</summary>
    public sealed record FetchCheckpoint(CheckpointManifest Manifest, MemberId Source) : RaftEffect;

    /// <summary>Make the fetched checkpoint the state of this member; nothing is applied meanwhile.</summary>
    public sealed record InstallCheckpoint(CheckpointManifest Manifest) : RaftEffect;

    /// <summary>This member, which had lost its log, has everything again up to the index and votes again.</summary>
    public sealed record LogRegained(long Index) : RaftEffect;

    /// <summary>A message was ignored; <paramref name="IsFault"/>: no correct member sends such a one.</summary>
    public sealed record Ignore(PeerMessage Message, string Reason, bool IsFault = false) : RaftEffect;
}
