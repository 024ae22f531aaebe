using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ActorEtcd.Log;
using ActorEtcd.Wire;

namespace ActorEtcd.Raft;

/// <summary>Proposals: appended by the leader, forwarded by a follower, refused by everybody else.</summary>
internal static class Proposing
{
    public static void Propose(
        RaftState s, ImmutableArray<ReadOnlyMemory<byte>> payloads, List<RaftEffect> fx)
    {
        if (s.Leading is not null)
        {
            var refusal = RefusalOf(s);
            if (refusal is null)
            {
                Append(s, s.Leading, EntryKind.Command, payloads, fx);
            }
            else
            {
                fx.Add(new RaftEffect.RefuseProposals(payloads, refusal.Value));
            }
        }
        else if (s.Leader.IsNone)
        {
            fx.Add(new RaftEffect.RefuseProposals(payloads, ProposalRefusal.NoLeader));
        }
        else
        {
            s.ForwardSequence++;
            fx.Add(new RaftEffect.Send(new PeerMessage.ForwardProposals(
                s.Id, s.Leader, s.Term, s.Incarnation, s.ForwardSequence, payloads)));
        }
    }

    /// <summary>
    /// Proposals of a follower's clients. They are never forwarded further: two members with old news of each
    /// other's leadership would send them back and forth.
    /// </summary>
    public static void OnForwarded(RaftState s, PeerMessage.ForwardProposals m, List<RaftEffect> fx)
    {
        if (!IsNews(s, m, m.LeaderTerm, m.Origin, m.Sequence, fx))
        {
            return;
        }

        var refusal = s.Leading is null ? ProposalRefusal.NoLeader : RefusalOf(s);
        if (refusal is null)
        {
            Append(s, s.Leading!, EntryKind.Command, m.Payloads, fx);
        }
        else
        {
            fx.Add(new RaftEffect.Send(
                new PeerMessage.ForwardedProposalsRefused(s.Id, m.From, refusal.Value, m.Origin, m.Sequence, m.Payloads)));
        }
    }

    public static void ProposeConfigurationChange(
        RaftState s, ReadOnlyMemory<byte> change, List<RaftEffect> fx)
    {
        if (s.Leading is null && !s.Leader.IsNone)
        {
            s.ForwardSequence++;
            fx.Add(new RaftEffect.Send(new PeerMessage.ForwardConfigurationChange(
                s.Id, s.Leader, s.Term, s.Incarnation, s.ForwardSequence, change)));
            return;
        }

        var refusal = RefusalOfChange(s, change);
        if (refusal is null)
        {
            AppendConfigurationChange(s, s.Leading!, change, fx);
        }
        else
        {
            fx.Add(new RaftEffect.RefuseProposals([change], refusal.Value));
        }
    }

    public static void OnForwardedChange(
        RaftState s, PeerMessage.ForwardConfigurationChange m, List<RaftEffect> fx)
    {
        if (!IsNews(s, m, m.LeaderTerm, m.Origin, m.Sequence, fx))
        {
            return;
        }

        var refusal = RefusalOfChange(s, m.Change);
        if (refusal is null)
        {
            AppendConfigurationChange(s, s.Leading!, m.Change, fx);
        }
        else
        {
            fx.Add(new RaftEffect.Send(
                new PeerMessage.ForwardedProposalsRefused(s.Id, m.From, refusal.Value, m.Origin, m.Sequence, [m.Change])));
        }
    }

    /// <summary>A refusal lets the proposals be made again, so it is believed once.</summary>
    public static void OnRefused(RaftState s, PeerMessage.ForwardedProposalsRefused m, List<RaftEffect> fx)
    {
        if (m.Origin == s.Incarnation && s.RefusedForwards.TryTake(m.Sequence))
        {
            fx.Add(new RaftEffect.RefuseProposals(m.Payloads, m.Reason));
        }
        else
        {
            fx.Add(new RaftEffect.Ignore(m, $"the refusal of batch {m.Sequence} is known, or concerns a former life"));
        }
    }

    public static void AppendConfigurationChange(
        RaftState s, Leadership leading, ReadOnlyMemory<byte> change, List<RaftEffect> fx)
    {
        Append(s, leading, EntryKind.ConfigurationChange, [change], fx);
        leading.PendingConfigurationIndex = s.Log.LastIndex;
    }

    /// <summary>The entry that opens a leader's term: committing it commits everything before it.</summary>
    public static void AppendNoOp(RaftState s, Leadership leading, List<RaftEffect> fx) =>
        Append(s, leading, EntryKind.NoOp, [ReadOnlyMemory<byte>.Empty], fx);

    // What a former life of this member made of a batch is not known any more: it may have appended it, so a batch for it is
    // neither appended nor refused.
    private static bool IsNews(RaftState s, PeerMessage m, long leaderTerm, long origin, long sequence, List<RaftEffect> fx)
    {
        if (leaderTerm <= s.FormerLivesTerm)
        {
            fx.Add(new RaftEffect.Ignore(m, $"batch {sequence} is for the leader of term {leaderTerm}, which a former life may have been"));
            return false;
        }

        var isNews = s.ForwardedFrom.TryTake(m.From, origin, sequence, out var latest);
        if (!isNews)
        {
            fx.Add(new RaftEffect.Ignore(m, $"batch {sequence} is not newer than {latest}"));
        }

        return isNews;
    }

    /// <summary>One change at a time; and a learner that lags would cost the group its majority for as long as it does.</summary>
    private static ProposalRefusal? RefusalOfChange(RaftState s, ReadOnlyMemory<byte> change)
    {
        if (s.Leading is null)
        {
            return ProposalRefusal.NoLeader;
        }

        if (s.Leading.PendingConfigurationIndex > s.Log.AppliedIndex || s.Configuration.IsJoint)
        {
            return ProposalRefusal.ConfigurationChangePending;
        }

        return PromotesLaggard(s, s.Leading, change) ? ProposalRefusal.LearnerNotReady : RefusalOf(s);
    }

    /// <summary>A learner is ready when it holds nine tenths of the leader's log (etcd: <c>readyPercentThreshold</c>).</summary>
    private static bool PromotesLaggard(RaftState s, Leadership leading, ReadOnlyMemory<byte> change)
    {
        try
        {
            var match = leading.Find(s.Id)!.Match;
            return ConfigurationChangeCodec.Decode(change).Steps.Any(step =>
                step.Kind == ConfigurationChangeKind.AddVoter
                && s.Configuration.IsLearner(step.Member)
                && leading.Find(step.Member) is { } learner
                && learner.Match * 10 < match * 9);
        }
        catch (MalformedMessageException)
        {
            // Nobody waits for it and every member passes over it.
            return false;
        }
    }

    private static ProposalRefusal? RefusalOf(RaftState s)
    {
        if (s.Transfer is not null)
        {
            return ProposalRefusal.LeadershipTransfer;
        }

        var isOverloaded = s.Log.UncommittedBytes > s.Settings.UncommittedBytesMax
            || s.Log.CommitIndex - s.Log.AppliedIndex > s.Settings.UnappliedEntriesMax;
        return isOverloaded ? ProposalRefusal.Overloaded : null;
    }

    /// <summary>The write to this disk and the sends to the others begin together; the write is not awaited.</summary>
    private static void Append(
        RaftState s,
        Leadership leading,
        EntryKind kind,
        ImmutableArray<ReadOnlyMemory<byte>> payloads,
        List<RaftEffect> fx)
    {
        var entries = new LogEntry[payloads.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = new LogEntry(s.Log.LastIndex + 1 + i, s.Term, kind, payloads[i]);
        }

        Committing.AppendAndWrite(
            s, ImmutableCollectionsMarshal.AsImmutableArray(entries), s.Log.CommitIndex, fx);
        Replication.SendToAll(s, leading, fx);
    }
}
