using System.Collections.Immutable;
using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>The way of an entry: appended and written, committed by counting, handed to the apply actor.</summary>
internal static class Committing
{
    /// <summary>
    /// Entries are written together with <paramref name="commitIndex"/>, what is known to be committed by now. A
    /// leader proposes a second change of the group only when the first is committed, so whoever holds the second
    /// knows, even after a crash, that the first is in force; it must never campaign by the configuration before both.
    /// </summary>
    public static void AppendAndWrite(
        RaftState s, ImmutableArray<LogEntry> entries, long commitIndex, List<RaftEffect> fx)
    {
        var prevIndex = s.Log.LastIndex;
        s.Log.Append(entries);
        s.WrittenCommit = commitIndex;
        fx.Add(new RaftEffect.WriteEntries(
            s.Persist.Request(s.Log.LastIndex, s.Now), prevIndex, entries, commitIndex));
    }

    /// <summary>
    /// Commits what a majority holds, if it is of this term: an older entry on a majority can still be
    /// overwritten, and is committed only by a newer one above it.
    /// </summary>
    public static void Count(RaftState s, Leadership leading, List<RaftEffect> fx)
    {
        var reached = Quorum.Reached(s.Configuration, leading, static (l, id) => l.Find(id)?.Match ?? 0);
        if (reached <= s.Log.CommitIndex || reached > s.Log.LastIndex || s.Log.TermAt(reached) != s.Term)
        {
            return;
        }

        var wasOpen = s.Log.CommitIndex >= leading.TermStartIndex;
        CommitTo(s, reached, fx);
        if (!wasOpen)
        {
            Reads.TermOpened(s, leading, fx);
        }
    }

    public static void CommitTo(RaftState s, long index, List<RaftEffect> fx)
    {
        s.Log.CommitTo(index);
        ApplyReady(s, fx);
    }

    /// <summary>Hands committed entries to the apply actor in bounded batches, bounded in flight.</summary>
    public static void ApplyReady(RaftState s, List<RaftEffect> fx)
    {
        while (s.Log.ApplyingIndex < s.Log.CommitIndex
            && s.ApplyingBytes < s.Settings.ApplyBytesMax
            && s.Install is not { IsInstalling: true })
        {
            var batch = s.Log.Slice(s.Log.ApplyingIndex + 1, s.Log.CommitIndex, s.Settings.ApplyBatchBytesMax);
            var bytes = batch.Sum(static entry => entry.SizeBytes);
            s.Log.ApplyingTo(batch[^1].Index);
            s.Applying.Enqueue((batch[^1].Index, bytes));
            s.ApplyingBytes += bytes;
            fx.Add(new RaftEffect.Apply(batch, s.Log.CommitIndex));
        }
    }

    public static void Applied(RaftState s, long index, List<RaftEffect> fx)
    {
        if (index <= s.Log.AppliedIndex)
        {
            return;
        }

        s.Log.AppliedTo(index);
        while (s.Applying.TryPeek(out var oldest) && oldest.LastIndex <= index)
        {
            s.ApplyingBytes -= oldest.Bytes;
            s.Applying.Dequeue();
        }

        ApplyReady(s, fx);
    }

    /// <summary>
    /// Entries carry the commit index to the journal for free. Only when nothing has been written for a
    /// heartbeat interval is it worth a write of its own.
    /// </summary>
    public static void WriteCommitWhenIdle(RaftState s, List<RaftEffect> fx)
    {
        var isIdle = s.Persist.IsIdle && s.WriteAtHeartbeat == s.Persist.Requested;
        s.WriteAtHeartbeat = s.Persist.Requested;
        if (isIdle && s.Log.CommitIndex > s.WrittenCommit && s.Log.DurableIndex >= s.Log.CommitIndex)
        {
            s.WrittenCommit = s.Log.CommitIndex;
            fx.Add(new RaftEffect.WriteCommit(s.Log.CommitIndex));
        }
    }
}
