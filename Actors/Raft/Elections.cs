namespace ActorEtcd.Raft;

/// <summary>Campaigns, votes and changes of role.</summary>
internal static class Elections
{
    /// <summary>A leader that was heard within so many intervals of its heartbeats is there, whatever others say.</summary>
    private const int SilentHeartbeats = 3;

    /// <summary>Begins a new wait for a leader.</summary>
    public static void ResetDeadline(RaftState s, List<RaftEffect> fx)
    {
        s.ElectionDeadline = s.Now + s.RandomizedTimeout;
        if (s.ElectionTimerAt is null || s.ElectionTimerAt > s.ElectionDeadline)
        {
            s.ElectionTimerAt = s.ElectionDeadline;
            fx.Add(new RaftEffect.ArmElectionTimer(s.RandomizedTimeout));
        }
    }

    public static bool MayCampaign(RaftState s) =>
        s.Configuration.IsVoter(s.Id)
        && s.Lost is null
        && s.Install is not { IsInstalling: true }
        && !Membership.HasUnappliedChange(s);

    public static void OnTimeout(RaftState s, List<RaftEffect> fx)
    {
        if (s.Now < s.ElectionDeadline)
        {
            s.ElectionTimerAt = s.ElectionDeadline;
            fx.Add(new RaftEffect.ArmElectionTimer(s.ElectionDeadline - s.Now));
            return;
        }

        if (!MayCampaign(s))
        {
            s.Leader = MemberId.None;
            ResetDeadline(s, fx);
            return;
        }

        if (s.Settings.PreVote)
        {
            AskAround(s, fx);
        }
        else
        {
            Campaign(s, transfer: false, fx);
        }
    }

    /// <summary>
    /// The leader is said to be away before the wait is over. Asking around moves no term, and whoever still hears the
    /// leader says no; so only this member's own ears are asked before, and never without the question.
    /// </summary>
    public static void OnSuspicion(RaftState s, List<RaftEffect> fx)
    {
        if (s.Settings.PreVote
            && MayCampaign(s)
            && s.Now - s.LeaderHeardAt > s.Settings.HeartbeatInterval * SilentHeartbeats)
        {
            AskAround(s, fx);
        }
    }

    /// <summary>
    /// Becomes candidate of the next term. The vote for itself counts, and the others are asked, when it is
    /// durable: a candidate that crashed and came back with a shorter log must not inherit votes that were
    /// given to its longer one.
    /// </summary>
    public static void Campaign(RaftState s, bool transfer, List<RaftEffect> fx)
    {
        Invariant.Check(s.Role != RaftRole.Leader, $"the leader of term {s.Term} cannot campaign");
        Terms.Adopt(s, s.Term + 1, s.Id, fx);
        s.Role = RaftRole.Candidate;
        s.CampaignIsTransfer = transfer;
        s.Votes.Clear();
        s.OwnVoteSequence = s.Persist.Requested;
        NewWait(s, fx);
    }

    /// <summary>The candidate's own vote is on disk: count it and ask the others.</summary>
    public static void OwnVoteDurable(RaftState s, List<RaftEffect> fx)
    {
        s.OwnVoteSequence = 0;
        foreach (var member in s.Configuration.Members)
        {
            if (member != s.Id && s.Configuration.IsVoter(member))
            {
                fx.Add(new RaftEffect.Send(new PeerMessage.RequestVote(
                    s.Id, member, s.Term, s.Log.LastIndex, s.Log.LastTerm, s.CampaignIsTransfer)));
            }
        }

        OnVote(s, s.Id, granted: true, fx);
    }

    public static void OnVote(RaftState s, MemberId voter, bool granted, List<RaftEffect> fx)
    {
        s.Votes.TryAdd(voter, granted);
        switch (Quorum.Tally(s.Configuration, s.Votes))
        {
            case Quorum.Outcome.Won when s.Role == RaftRole.PreCandidate:
                Campaign(s, transfer: false, fx);
                break;
            case Quorum.Outcome.Won:
                BecomeLeader(s, fx);
                break;
            case Quorum.Outcome.Lost:
                BecomeFollower(s, MemberId.None, fx);
                break;
            default:
                break;
        }
    }

    public static void OnRequestPreVote(RaftState s, PeerMessage.RequestPreVote m, List<RaftEffect> fx)
    {
        var granted = m.Term > s.Term && s.Lost is null && s.Log.IsUpToDate(m.LastIndex, m.LastTerm);
        var term = granted ? m.Term : s.Term;
        if (term > 0)
        {
            fx.Add(new RaftEffect.Send(new PeerMessage.PreVoteReply(s.Id, m.From, term, granted)));
        }

        if (!granted)
        {
            TellCommitted(s, m.From, m.LastIndex, fx);
        }
    }

    public static void OnRequestVote(RaftState s, PeerMessage.RequestVote m, List<RaftEffect> fx)
    {
        var isFree = s.Lost is null && (s.Vote == m.From || (s.Vote.IsNone && s.Leader.IsNone));
        if (!isFree || !s.Log.IsUpToDate(m.LastIndex, m.LastTerm))
        {
            fx.Add(new RaftEffect.Send(new PeerMessage.VoteReply(s.Id, m.From, s.Term, Granted: false)));
            TellCommitted(s, m.From, m.LastIndex, fx);
            return;
        }

        if (s.Vote.IsNone)
        {
            Terms.SetVote(s, m.From, fx);
        }

        ResetDeadline(s, fx);
        Durability.SendWhenDurable(s, new PeerMessage.VoteReply(s.Id, m.From, s.Term, Granted: true), fx);
    }

    public static void OnTimeoutNow(RaftState s, PeerMessage.TimeoutNow m, List<RaftEffect> fx)
    {
        if (MayCampaign(s))
        {
            Campaign(s, transfer: true, fx);
        }
        else if (s.Install is null && Membership.HasUnappliedChange(s))
        {
            s.CampaignIsDeferred = true;
        }
        else
        {
            fx.Add(new RaftEffect.Ignore(m, "this member cannot lead now"));
        }
    }

    /// <summary>Leaves any role for that of a follower in a newer term.</summary>
    public static void StepDown(RaftState s, long term, MemberId leader, List<RaftEffect> fx)
    {
        Terms.Adopt(s, term, MemberId.None, fx);
        BecomeFollower(s, leader, fx);
    }

    /// <summary>Becomes or stays follower in the current term; the vote stays.</summary>
    public static void BecomeFollower(RaftState s, MemberId leader, List<RaftEffect> fx)
    {
        if (s.Leading is not null)
        {
            Reads.AbandonRounds(s, s.Leading, fx);
            s.Leading = null;
            s.LeaderHeardAt = s.Now;
            fx.Add(new RaftEffect.StopHeartbeats());
        }

        s.Role = RaftRole.Follower;
        s.Leader = leader;
        s.OwnVoteSequence = 0;
        if (!leader.IsNone)
        {
            s.LeaderHeardAt = s.Now;
        }

        NewWait(s, fx);
    }

    /// <summary>
    /// A leader that was removed refuses the others, having the longest log, and cannot lead itself. They go on without it
    /// once they know that its removal is committed.
    /// </summary>
    private static void TellCommitted(RaftState s, MemberId candidate, long lastIndex, List<RaftEffect> fx)
    {
        var index = Math.Min(s.Log.CommitIndex, lastIndex);
        if (index > 0 && s.Log.TermAt(index) is var term and > 0)
        {
            fx.Add(new RaftEffect.Send(new PeerMessage.EntryCommitted(s.Id, candidate, index, term)));
        }
    }

    /// <summary>Asks whether a campaign could succeed, without moving the term of anybody.</summary>
    private static void AskAround(RaftState s, List<RaftEffect> fx)
    {
        s.Role = RaftRole.PreCandidate;
        s.Leader = MemberId.None;
        s.OwnVoteSequence = 0;
        s.Votes.Clear();
        NewWait(s, fx);
        foreach (var member in s.Configuration.Members)
        {
            if (member != s.Id && s.Configuration.IsVoter(member))
            {
                fx.Add(new RaftEffect.Send(new PeerMessage.RequestPreVote(
                    s.Id, member, s.Term + 1, s.Log.LastIndex, s.Log.LastTerm)));
            }
        }

        OnVote(s, s.Id, granted: true, fx);
    }

    private static void NewWait(RaftState s, List<RaftEffect> fx)
    {
        s.RandomizedTimeout = s.DrawElectionTimeout();
        ResetDeadline(s, fx);
    }

    /// <summary>
    /// Role, progress of everybody and the empty entry of the term come in one step, so that no input can
    /// find a leader whose state is not set up.
    /// </summary>
    private static void BecomeLeader(RaftState s, List<RaftEffect> fx)
    {
        Invariant.Check(s.Role == RaftRole.Candidate, $"a {s.Role} cannot become leader of term {s.Term}");
        s.Role = RaftRole.Leader;
        s.Leader = s.Id;
        s.Leading = new Leadership
        {
            TermStartIndex = s.Log.LastIndex + 1,
            PendingConfigurationIndex = s.Log.LastIndex,
        };
        s.Leading.Follow(s.Configuration, s.Id, s.Log.LastIndex, s.Now);
        s.Leading.Find(s.Id)!.Accepted(s.Log.DurableIndex);

        // Heartbeats take the election timer's place; a leader that steps down must arm it anew.
        s.ElectionTimerAt = null;
        fx.Add(new RaftEffect.StartHeartbeats());
        Proposing.AppendNoOp(s, s.Leading, fx);
    }
}
