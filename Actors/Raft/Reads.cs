namespace ActorEtcd.Raft;

/// <summary>Read indexes: the leader proves that it leads, a follower asks the leader.</summary>
internal static class Reads
{
    public static void Ask(RaftState s, long context, List<RaftEffect> fx)
    {
        if (s.Leading is not null)
        {
            Add(s, s.Leading, new PendingRead(MemberId.None, context), fx);
        }
        else if (s.Leader.IsNone)
        {
            fx.Add(new RaftEffect.RefuseRead(context, ReadRefusal.NoLeader));
        }
        else if (s.ForwardedReads.Count >= s.Settings.PendingReadsMax)
        {
            fx.Add(new RaftEffect.RefuseRead(context, ReadRefusal.Overloaded));
        }
        else
        {
            s.ForwardedReads.Add(context, s.Now);
            fx.Add(new RaftEffect.Send(new PeerMessage.RequestReadIndex(s.Id, s.Leader, context)));
        }
    }

    public static void OnRequest(RaftState s, PeerMessage.RequestReadIndex m, List<RaftEffect> fx)
    {
        if (s.Leading is null)
        {
            Refuse(s, new PendingRead(m.From, m.Context), ReadRefusal.NoLeader, fx);
        }
        else
        {
            Add(s, s.Leading, new PendingRead(m.From, m.Context), fx);
        }
    }

    /// <summary>An answer counts only for the very request that still waits for it.</summary>
    public static void OnReply(RaftState s, PeerMessage.ReadIndexReply m, List<RaftEffect> fx) =>
        fx.Add(s.ForwardedReads.Remove(m.Context)
            ? new RaftEffect.AnswerRead(m.Context, m.Index)
            : new RaftEffect.Ignore(m, "nobody waits for it any more"));

    public static void OnDenied(RaftState s, PeerMessage.ReadIndexDenied m, List<RaftEffect> fx) =>
        fx.Add(s.ForwardedReads.Remove(m.Context)
            ? new RaftEffect.RefuseRead(m.Context, m.Reason)
            : new RaftEffect.Ignore(m, "nobody waits for it any more"));

    /// <summary>The leader has committed in its term, so its commit index is that of the group.</summary>
    public static void TermOpened(RaftState s, Leadership leading, List<RaftEffect> fx)
    {
        if (leading.Reads.Waiting.Count > 0)
        {
            StartRound(s, leading, fx);
        }
    }

    public static void BeginRound(RaftState s, Leadership leading)
    {
        leading.Reads.Begin(s.Log.CommitIndex);
        leading.Find(s.Id)!.AnsweredRound = leading.Reads.Current;
    }

    public static void Complete(RaftState s, Leadership leading, List<RaftEffect> fx)
    {
        var answered = Quorum.Reached(
            s.Configuration, leading, static (l, id) => l.Find(id)?.AnsweredRound ?? 0);
        foreach (var (index, reads) in leading.Reads.Complete(answered))
        {
            foreach (var read in reads)
            {
                Answer(s, read, index, fx);
            }
        }

        if (leading.Reads.Waiting.Count > 0 && !leading.Reads.IsRoundOut && IsOpen(s, leading))
        {
            StartRound(s, leading, fx);
        }
    }

    public static void AbandonRounds(RaftState s, Leadership leading, List<RaftEffect> fx)
    {
        foreach (var read in leading.Reads.Abandon())
        {
            Refuse(s, read, ReadRefusal.LeadershipLost, fx);
        }
    }

    public static void RefuseForwarded(RaftState s, ReadRefusal reason, List<RaftEffect> fx)
    {
        foreach (var context in s.ForwardedReads.Keys)
        {
            fx.Add(new RaftEffect.RefuseRead(context, reason));
        }

        s.ForwardedReads.Clear();
    }

    /// <summary>The request or its answer may have been lost.</summary>
    public static void RefuseOverdue(RaftState s, List<RaftEffect> fx)
    {
        foreach (var (context, askedAt) in s.ForwardedReads)
        {
            if (s.Now - askedAt >= s.Settings.ElectionTimeout)
            {
                s.ForwardedReads.Remove(context);
                fx.Add(new RaftEffect.RefuseRead(context, ReadRefusal.TimedOut));
            }
        }
    }

    private static void Add(RaftState s, Leadership leading, PendingRead read, List<RaftEffect> fx)
    {
        if (leading.Reads.Waiting.Count >= s.Settings.PendingReadsMax)
        {
            Refuse(s, read, ReadRefusal.Overloaded, fx);
            return;
        }

        leading.Reads.Waiting.Add(read);
        if (IsOpen(s, leading) && !leading.Reads.IsRoundOut)
        {
            StartRound(s, leading, fx);
        }
    }

    private static bool IsOpen(RaftState s, Leadership leading) => s.Log.CommitIndex >= leading.TermStartIndex;

    /// <summary>All waiting reads share the round; a sole voter needs nobody's word.</summary>
    private static void StartRound(RaftState s, Leadership leading, List<RaftEffect> fx)
    {
        BeginRound(s, leading);
        if (s.Configuration.IsSoleVoter(s.Id))
        {
            Complete(s, leading, fx);
        }
        else
        {
            Heartbeats.Send(s, leading, fx);
        }
    }

    private static void Answer(RaftState s, PendingRead read, long index, List<RaftEffect> fx) =>
        fx.Add(read.Origin.IsNone
            ? new RaftEffect.AnswerRead(read.Context, index)
            : new RaftEffect.Send(new PeerMessage.ReadIndexReply(s.Id, read.Origin, read.Context, index)));

    private static void Refuse(RaftState s, PendingRead read, ReadRefusal reason, List<RaftEffect> fx) =>
        fx.Add(read.Origin.IsNone
            ? new RaftEffect.RefuseRead(read.Context, reason)
            : new RaftEffect.Send(new PeerMessage.ReadIndexDenied(s.Id, read.Origin, read.Context, reason)));
}
