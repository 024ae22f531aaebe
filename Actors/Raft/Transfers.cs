namespace ActorEtcd.Raft;

/// <summary>
/// Handing leadership over: proposals stop, the target catches up, is told to campaign at once, and the whole
/// is given up after an election timeout.
/// </summary>
internal static class Transfers
{
    public static void Begin(RaftState s, MemberId wanted, List<RaftEffect> fx)
    {
        if (s.Leading is null)
        {
            fx.Add(new RaftEffect.TransferFailed("this member is not the leader"));
            return;
        }

        var target = wanted.IsNone ? BestTarget(s, s.Leading) : wanted;
        if (target == s.Id)
        {
            fx.Add(new RaftEffect.TransferSucceeded(s.Id));
            return;
        }

        if (target.IsNone || !s.Configuration.IsVoter(target))
        {
            fx.Add(new RaftEffect.TransferFailed(
                target.IsNone ? "no other voter answers" : $"member {target} is not a voter"));
            return;
        }

        if (s.Transfer is not null && s.Transfer.Target != target)
        {
            fx.Add(new RaftEffect.TransferFailed($"member {s.Transfer.Target} is being handed the leadership"));
            return;
        }

        s.Transfer ??= new Transfer(target, s.Now + s.Settings.ElectionTimeout, TimeoutSent: false);
        OnProgress(s, s.Leading.Find(target)!, fx);
    }

    public static void OnProgress(RaftState s, Progress progress, List<RaftEffect> fx)
    {
        if (s.Transfer is not { TimeoutSent: false } transfer
            || transfer.Target != progress.Id
            || progress.Match != s.Log.LastIndex)
        {
            return;
        }

        s.Transfer = transfer with { TimeoutSent = true };
        fx.Add(new RaftEffect.Send(new PeerMessage.TimeoutNow(s.Id, progress.Id, s.Term)));
    }

    public static void FailIfOverdue(RaftState s, List<RaftEffect> fx)
    {
        if (s.Transfer is not null && s.Now >= s.Transfer.Deadline)
        {
            fx.Add(new RaftEffect.TransferFailed($"member {s.Transfer.Target} did not take over in time"));
            s.Transfer = null;
        }
    }

    /// <summary>
    /// Heartbeats do not wait for the disk, so a leader whose disk is dead would lead for ever, and the group would be as slow
    /// as that disk wherever a majority needs it. When it has finished nothing for an election timeout it hands over to a voter
    /// that has more of the log on its disk than this one; one attempt takes an election timeout, during which proposals wait,
    /// and the next comes as long after it.
    /// </summary>
    public static void GiveUpWhenDiskStalls(RaftState s, Leadership leading, List<RaftEffect> fx)
    {
        if (s.Transfer is not null
            || s.Persist.WaitingSince is not { } since
            || s.Now - since < s.Settings.ElectionTimeout
            || s.Now < leading.MayGiveUpAt)
        {
            return;
        }

        var target = BestTarget(s, leading);
        if (!target.IsNone && leading.Find(target)!.Match > s.Log.DurableIndex)
        {
            leading.MayGiveUpAt = s.Now + (2 * s.Settings.ElectionTimeout);
            fx.Add(new RaftEffect.DiskStalled(s.Now - since, target));
            Begin(s, target, fx);
        }
    }

    /// <summary>A leader is known: the target or another.</summary>
    public static void Resolve(RaftState s, List<RaftEffect> fx)
    {
        if (s.Transfer is null || s.Leader.IsNone)
        {
            return;
        }

        fx.Add(s.Leader == s.Transfer.Target
            ? new RaftEffect.TransferSucceeded(s.Leader)
            : new RaftEffect.TransferFailed($"member {s.Leader} leads instead"));
        s.Transfer = null;
    }

    /// <summary>The voter beside this one that answers and holds most of the log; none when nobody answers.</summary>
    public static MemberId BestTarget(RaftState s, Leadership leading)
    {
        Progress? best = null;
        foreach (var progress in leading.Members)
        {
            var isCandidate = progress.Id != s.Id
                && s.Configuration.IsVoter(progress.Id)
                && s.Now - progress.HeardAt < s.Settings.ElectionTimeout;
            if (isCandidate && (best is null || progress.Match > best.Match))
            {
                best = progress;
            }
        }

        return best?.Id ?? MemberId.None;
    }
}
