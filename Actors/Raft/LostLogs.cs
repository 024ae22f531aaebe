namespace ActorEtcd.Raft;

/// <summary>
/// A member whose log was damaged below what is committed comes back under its old id with an empty one. It may have voted,
/// and acknowledged entries, in terms that it does not remember. What keeps the group safe:
/// <list type="number">
/// <item>It neither votes nor campaigns, however long it takes. So whoever is elected meanwhile has the votes of a majority of
/// which each member has its log, and that majority meets every majority that has ever committed an entry in a member other
/// than this one: the entry is in the leader's log.</item>
/// <item>It hears no leader before a majority of the voters, of members that kept their logs, has told the terms they are in.
/// A leader that it may have helped to elect or acknowledged entries to had a majority of votes, which meets that majority in
/// a member that remembers the term: so from then on this member is in that term or a later one, and does not confirm
/// the leadership, or acknowledge the entries, of anybody who was deposed by what it has forgotten. What it acknowledges from
/// then on it really has.</item>
/// <item>The leader forgets what this member has acknowledged when it asks, and sends everything anew.</item>
/// <item>It is a voter again when every other member has told its term; the leader of the present term, asked in this life,
/// has told where its log ends; and the log up to there is on this disk and applied. Every entry that it acknowledged to this
/// leader was sent by it and so lies before that end; what it acknowledged to earlier leaders and was committed is in this
/// leader's log by rule 1. So its log is as long as its vote promises. And no candidate whom it has voted for in its earlier
/// life is in a later term than the present one, since all have told theirs (its own candidacies died with that life); the
/// vote of the present term goes to the leader, who has won it.</item>
/// </list>
/// The voters that rules 2 and 4 speak of are those that this member last wrote down, which may be one change of the group old. Rule
/// 2 holds then too: majorities of two configurations that are one step apart have a member in common, and since the one that has
/// told its terms does not contain this member, it is another. The members of rule 4 are asked by the present configuration as well.
/// More than a minority without their logs never regain them: nobody can be elected, and an operator has to decide.
/// </summary>
internal static class LostLogs
{
    /// <summary>Asks those who have not told yet, and the leader once in its term; called about once per election timeout.</summary>
    public static void Ask(RaftState s, List<RaftEffect> fx)
    {
        if (s.Lost is not { } lost)
        {
            return;
        }

        foreach (var member in lost.Group.Members.Union(s.Configuration.Members))
        {
            if (member != s.Id && (!lost.Told.ContainsKey(member) || (member == s.Leader && MustAskLeader(s, lost))))
            {
                fx.Add(new RaftEffect.Send(new PeerMessage.RequestStanding(s.Id, member, lost.Context)));
            }
        }
    }

    /// <summary>A member has lost its log: a leader begins anew with it.</summary>
    public static void OnRequest(RaftState s, PeerMessage.RequestStanding m, List<RaftEffect> fx)
    {
        var standing = s.Leading is not null ? MemberStanding.Leading
            : s.Lost is not null ? MemberStanding.LogLost : MemberStanding.Following;
        fx.Add(new RaftEffect.Send(new PeerMessage.StandingReply(
            s.Id, m.From, m.Context, s.Term, s.Log.LastIndex, standing)));
        if (s.Leading?.Find(m.From) is { } progress)
        {
            progress.HeardAt = s.Now;
            progress.LostLog(s.Log.LastIndex);
            Replication.TrySend(s, progress, fx);
        }
    }

    public static void OnReply(RaftState s, PeerMessage.StandingReply m, List<RaftEffect> fx)
    {
        if (s.Lost is not { } lost || m.Context != lost.Context)
        {
            fx.Add(new RaftEffect.Ignore(m, "nobody asked in this life"));
            return;
        }

        if (m.MemberTerm > s.Term)
        {
            Elections.StepDown(s, m.MemberTerm, MemberId.None, fx);
        }

        lost.Tell(m.From, m.Standing);
        if (m.Standing == MemberStanding.Leading && m.MemberTerm == s.Term)
        {
            lost.End(m.MemberTerm, m.LastIndex);
            lost.Seen = (s.VerifiedIndex, s.Now);
        }
    }

    /// <summary>Becomes a voter again when all is there that a voter has to have.</summary>
    public static void EndWhenWhole(RaftState s, List<RaftEffect> fx)
    {
        if (s.Lost is not { } lost
            || s.Leader.IsNone
            || lost.EndTerm != s.Term
            || Math.Min(s.VerifiedIndex, Math.Min(s.Log.DurableIndex, s.Log.AppliedIndex)) < lost.EndIndex
            || lost.IsBlind
            || !s.Configuration.Members.All(member => member == s.Id || lost.Told.ContainsKey(member)))
        {
            return;
        }

        s.Lost = null;
        s.FormerLivesTerm = s.Term;
        if (s.Vote.IsNone)
        {
            Terms.SetVote(s, s.Leader, fx);
        }

        fx.Add(new RaftEffect.LogRegained(lost.EndIndex));
    }

    /// <summary>An answer of an earlier life may have made the leader believe that this member has what it lost.</summary>
    private static bool MustAskLeader(RaftState s, LostLog lost)
    {
        if (lost.EndTerm != s.Term)
        {
            return true;
        }

        if (s.VerifiedIndex > lost.Seen.Index || s.Install is not null || s.VerifiedIndex >= lost.EndIndex)
        {
            lost.Seen = (s.VerifiedIndex, s.Now);
            return false;
        }

        return s.Now - lost.Seen.Since > 4 * s.Settings.ElectionTimeout;
    }
}
