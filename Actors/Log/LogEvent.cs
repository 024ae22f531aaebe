using System.Collections.Immutable;
using ActorEtcd.Raft;

namespace ActorEtcd.Log;

/// <summary>
/// A durable fact about the Raft log of this member. All facts go through one persistence id in the order in
/// which Raft decided them; <see cref="LogState"/> folds them, live and on replay.
/// </summary>
public abstract record LogEvent
{
    private LogEvent()
    {
    }

    /// <summary>
    /// Entries were written after <paramref name="PrevIndex"/>; whatever the log held beyond that index is
    /// replaced, which is how a journal that cannot rewrite says "truncated".
    /// <paramref name="CommitIndex"/> is the commit index known when the entries were written.
    /// </summary>
    public sealed record EntriesAppended(long PrevIndex, ImmutableArray<LogEntry> Entries, long CommitIndex)
        : LogEvent;

    /// <summary>The member is in this term and has given this vote in it (none: not yet voted).</summary>
    public sealed record TermAndVoteChanged(long Term, MemberId Vote) : LogEvent;

    /// <summary>Everything up to this index is committed. Written lazily; losing it loses nothing.</summary>
    public sealed record CommitAdvanced(long Index) : LogEvent;

    /// <summary>A checkpoint fetched from the leader became the base of the log.</summary>
    public sealed record LogReset(CheckpointManifest Manifest) : LogEvent;
}
