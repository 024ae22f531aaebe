namespace ActorEtcd.Raft;

/// <summary>The leader's heartbeat: keeps followers quiet, proves leadership to reads, finds what was lost.</summary>
internal static class Heartbeats
{
    public static void OnTimeout(RaftState s, Leadership leading, List<RaftEffect> fx)
    {
        leading.HeardQuorum = HearsQuorum(s, leading);
        var isExcused = s.Now < leading.ExcusedUntil;
        if (s.Settings.CheckQuorum && !leading.HeardQuorum && !isExcused)
        {
            Elections.BecomeFollower(s, MemberId.None, fx);
            return;
        }

        Transfers.FailIfOverdue(s, fx);
        if (!isExcused)
        {
            Transfers.GiveUpWhenDiskStalls(s, leading, fx);
        }

        if (leading.Reads.Waiting.Count > 0 && s.Log.CommitIndex >= leading.TermStartIndex)
        {
            Reads.BeginRound(s, leading);
        }

        Send(s, leading, fx);
        Committing.WriteCommitWhenIdle(s, fx);
    }

    /// <summary>
    /// This member had no time for its last heartbeats. Of the others and of the disk it has heard nothing meanwhile, which
    /// says nothing about them.
    /// </summary>
    public static void Excuse(RaftState s, Leadership leading)
    {
        if (leading.HeardQuorum)
        {
            leading.ExcusedUntil = s.Now + s.Settings.Grace;
        }
    }

    public static void Send(RaftState s, Leadership leading, List<RaftEffect> fx)
    {
        foreach (var progress in leading.Members)
        {
            if (progress.Id != s.Id)
            {
                fx.Add(new RaftEffect.Send(new PeerMessage.Heartbeat(
                    s.Id, progress.Id, s.Term, s.Log.CommitIndex, leading.Reads.Current, s.Now.Ticks)));
            }
        }
    }

    public static void OnReply(
        RaftState s, Leadership leading, Progress progress, PeerMessage.HeartbeatReply m, List<RaftEffect> fx)
    {
        if (m.ReadRound > leading.Reads.Current)
        {
            fx.Add(new RaftEffect.Ignore(
                m, $"it answers round {m.ReadRound} of {leading.Reads.Current}", IsFault: true));
            return;
        }

        if (m.ReadRound > progress.AnsweredRound)
        {
            progress.AnsweredRound = m.ReadRound;
            Reads.Complete(s, leading, fx);
        }

        Resume(s, progress, m.CommitIndex, fx);
    }

    /// <summary>The member is alive: whatever waited for that, or may have been lost, is sent now.</summary>
    private static void Resume(RaftState s, Progress progress, long memberCommit, List<RaftEffect> fx)
    {
        switch (progress.State)
        {
            case ProgressState.Probe:
                progress.ProbeSent = false;
                Replication.TrySend(s, progress, fx);
                break;
            case ProgressState.Snapshot when s.Now - progress.SnapshotSentAt >= s.Settings.ElectionTimeout:
                Replication.SendSnapshot(s, progress, fx);
                break;
            case ProgressState.Replicate:
                var isLost = progress.Match < progress.Next - 1 && !progress.MovedSinceHeartbeat;
                var isUnaware = memberCommit < Math.Min(s.Log.CommitIndex, progress.Match);
                progress.MovedSinceHeartbeat = false;
                if (isLost || isUnaware)
                {
                    Replication.Nudge(s, progress, fx);
                }

                Replication.TrySend(s, progress, fx);
                break;
            default:
                break;
        }
    }

    private static bool HearsQuorum(RaftState s, Leadership leading)
    {
        leading.Find(s.Id)!.HeardAt = s.Now;
        var heardAt = Quorum.Reached(s.Configuration, leading, static (l, id) => l.Find(id)?.HeardAt.Ticks ?? 0);
        return s.Now.Ticks - heardAt < s.Settings.ElectionTimeout.Ticks;
    }
}
