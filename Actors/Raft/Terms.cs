namespace ActorEtcd.Raft;

/// <summary>The term rules, applied once to every message before its role sees it.</summary>
internal static class Terms
{
    /// <summary>Whether the message is to be handled, after this member has adopted its term if newer.</summary>
    public static bool Admit(RaftState s, PeerMessage message, List<RaftEffect> fx)
    {
        if (message.Term == 0 || message.Term == s.Term)
        {
            return true;
        }

        return message.Term > s.Term ? AdmitNewer(s, message, fx) : AdmitOlder(s, message, fx);
    }

    /// <summary>
    /// The only place where the term moves on. The vote is forgotten because the term grows, and only then:
    /// forgetting it within a term lets two leaders be elected.
    /// </summary>
    public static void Adopt(RaftState s, long term, MemberId vote, List<RaftEffect> fx)
    {
        Invariant.Check(term > s.Term, $"term {s.Term} cannot become {term}");
        s.Term = term;
        s.VerifiedIndex = 0;
        s.CampaignIsDeferred = false;
        s.Leader = MemberId.None;
        SetVote(s, vote, fx);
    }

    /// <summary>Records the vote of the term and asks for it to be written.</summary>
    public static void SetVote(RaftState s, MemberId vote, List<RaftEffect> fx)
    {
        s.Vote = vote;
        fx.Add(new RaftEffect.WriteTermAndVote(s.Persist.Request(lastIndex: 0, s.Now), s.Term, vote));
    }

    /// <summary>Only a leader sends such a message.</summary>
    public static bool IsOfLeader(PeerMessage message) =>
        message is PeerMessage.AppendEntries or PeerMessage.Heartbeat
            or PeerMessage.CommitNotice or PeerMessage.InstallSnapshot;

    private static bool AdmitNewer(RaftState s, PeerMessage message, List<RaftEffect> fx)
    {
        var isPreVote = message is PeerMessage.RequestPreVote;
        if ((isPreVote || message is PeerMessage.RequestVote { Transfer: false }) && HoldsLease(s))
        {
            fx.Add(new RaftEffect.Ignore(message, $"leader {s.Leader} was heard within an election timeout"));
            return false;
        }

        if (isPreVote || message is PeerMessage.PreVoteReply { Granted: true })
        {
            return true;
        }

        var leader = IsOfLeader(message) ? message.From : MemberId.None;
        Elections.StepDown(s, message.Term, leader, fx);
        return true;
    }

    /// <summary>
    /// A leader or candidate of an older term hears of ours, or it could disturb or wait for ever: with
    /// leases nobody else tells it.
    /// </summary>
    private static bool AdmitOlder(RaftState s, PeerMessage message, List<RaftEffect> fx)
    {
        if (IsOfLeader(message))
        {
            fx.Add(new RaftEffect.Send(
                new PeerMessage.AppendReply(s.Id, message.From, s.Term, Accepted: false, 0, 0, 0)));
        }
        else if (message is PeerMessage.RequestPreVote)
        {
            fx.Add(new RaftEffect.Send(new PeerMessage.PreVoteReply(s.Id, message.From, s.Term, Granted: false)));
        }
        else if (message is PeerMessage.RequestVote)
        {
            fx.Add(new RaftEffect.Send(new PeerMessage.VoteReply(s.Id, message.From, s.Term, Granted: false)));
        }

        fx.Add(new RaftEffect.Ignore(message, $"its term {message.Term} is over, this one is {s.Term}"));
        return false;
    }

    private static bool HoldsLease(RaftState s) =>
        s.Settings.CheckQuorum
        && !s.Leader.IsNone
        && (s.Role == RaftRole.Leader || s.Now - s.LeaderHeardAt < s.Settings.ElectionTimeout);
}
