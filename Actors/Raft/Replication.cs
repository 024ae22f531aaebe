using System.Collections.Immutable;
using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>How the leader brings the followers' logs in line with its own.</summary>
internal static class Replication
{
    public static void SendToAll(RaftState s, Leadership leading, List<RaftEffect> fx)
    {
        foreach (var progress in leading.Members)
        {
            TrySend(s, progress, fx);
        }
    }

    /// <summary>Sends as much as the follower's state and window allow.</summary>
    public static void TrySend(RaftState s, Progress progress, List<RaftEffect> fx)
    {
        if (progress.Id == s.Id)
        {
            return;
        }

        while (MaySend(s, progress))
        {
            if (progress.Next <= s.Log.BaseIndex)
            {
                SendSnapshot(s, progress, fx);
                return;
            }

            var entries = s.Log.Slice(progress.Next, s.Log.LastIndex, s.Settings.AppendBytesMax);
            SendEntries(s, progress, entries, fx);
            if (progress.State == ProgressState.Probe)
            {
                progress.ProbeSent = true;
                return;
            }
        }
    }

    public static void OnReply(
        RaftState s, Leadership leading, Progress progress, PeerMessage.AppendReply m, List<RaftEffect> fx)
    {
        if (!m.Accepted)
        {
            var guess = s.Log.LastIndexOfTermAtMost(m.HintIndex, m.HintTerm);
            if (progress.Refused(m.Index, guess))
            {
                TrySend(s, progress, fx);
            }

            return;
        }

        if (m.Index > s.Log.LastIndex)
        {
            fx.Add(new RaftEffect.Ignore(
                m, $"it accepts {m.Index}, beyond the last entry {s.Log.LastIndex}", IsFault: true));
            return;
        }

        OnMatch(s, leading, progress, m.Index, fx);
    }

    /// <summary>The member durably holds the log up to the index.</summary>
    public static void OnMatch(
        RaftState s, Leadership leading, Progress progress, long index, List<RaftEffect> fx)
    {
        var moved = progress.Accepted(index);
        if (progress.State == ProgressState.Probe
            || (progress.State == ProgressState.Snapshot && progress.Match >= s.Log.BaseIndex))
        {
            progress.BecomeReplicate();
        }

        if (moved)
        {
            Committing.Count(s, leading, fx);
        }

        Transfers.OnProgress(s, progress, fx);
        TrySend(s, progress, fx);
    }

    /// <summary>
    /// Asks with an append without entries where the member stands: it accepts when everything sent has
    /// arrived, and refuses when something was lost. At most once per heartbeat interval.
    /// </summary>
    public static void Nudge(RaftState s, Progress progress, List<RaftEffect> fx)
    {
        if (s.Now - progress.NudgedAt < s.Settings.HeartbeatInterval)
        {
            return;
        }

        progress.NudgedAt = s.Now;
        if (progress.Next <= s.Log.BaseIndex)
        {
            // The entry to compare with is gone from memory: begin anew where the logs last agreed.
            progress.BecomeProbe();
            TrySend(s, progress, fx);
            return;
        }

        progress.ToldCommit = s.Log.CommitIndex;
        fx.Add(new RaftEffect.Send(AppendAfter(s, progress, [])));
    }

    /// <summary>Tells the commit index to followers that no entries will tell.</summary>
    public static void NotifyCommit(RaftState s, Leadership leading, List<RaftEffect> fx)
    {
        foreach (var progress in leading.Members)
        {
            if (progress.Id != s.Id
                && progress.State == ProgressState.Replicate
                && progress.ToldCommit < s.Log.CommitIndex)
            {
                progress.ToldCommit = s.Log.CommitIndex;
                fx.Add(new RaftEffect.Send(
                    new PeerMessage.CommitNotice(s.Id, progress.Id, s.Term, s.Log.CommitIndex)));
            }
        }
    }

    /// <summary>
    /// The entries that the follower needs are gone from memory; the newest checkpoint covers them. A member
    /// that does not answer is not sent one.
    /// </summary>
    public static void SendSnapshot(RaftState s, Progress progress, List<RaftEffect> fx)
    {
        if (s.Now - progress.HeardAt > s.Settings.ElectionTimeout)
        {
            progress.ProbeSent = true;
            return;
        }

        var manifest = s.Checkpoint;
        Invariant.Check(
            manifest is not null && manifest.Index >= s.Log.BaseIndex,
            $"entries up to {s.Log.BaseIndex} are gone but the checkpoint is at {manifest?.Index ?? 0}");
        progress.BecomeSnapshot(manifest!.Index, s.Now);
        fx.Add(new RaftEffect.Send(new PeerMessage.InstallSnapshot(s.Id, progress.Id, s.Term, manifest)));
    }

    private static bool MaySend(RaftState s, Progress progress) => progress.State switch
    {
        ProgressState.Probe => !progress.ProbeSent,
        ProgressState.Replicate => progress.Next <= s.Log.LastIndex
            && progress.InFlightAppends < s.Settings.InFlightAppendsMax
            && progress.InFlightBytes < s.Settings.InFlightBytesMax,
        _ => false,
    };

    private static void SendEntries(
        RaftState s, Progress progress, ImmutableArray<LogEntry> entries, List<RaftEffect> fx)
    {
        fx.Add(new RaftEffect.Send(AppendAfter(s, progress, entries)));
        progress.ToldCommit = s.Log.CommitIndex;
        if (progress.State == ProgressState.Replicate)
        {
            progress.Sent(entries[^1].Index, entries.Sum(static entry => entry.SizeBytes));
        }
    }

    private static PeerMessage.AppendEntries AppendAfter(
        RaftState s, Progress progress, ImmutableArray<LogEntry> entries)
    {
        var prevIndex = progress.Next - 1;
        var prevTerm = s.Log.TermAt(prevIndex);
        Invariant.Check(prevTerm >= 0, $"the term before {progress.Next} is not known, base is {s.Log.BaseIndex}");
        return new PeerMessage.AppendEntries(
            s.Id, progress.Id, s.Term, prevIndex, prevTerm, s.Log.CommitIndex, entries);
    }
}
