using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>
/// A configuration takes effect when the entry that holds it is applied. That is safe because a leader proposes the
/// next change only after it has applied the last, and because nobody campaigns while a change that it knows to be
/// committed waits to be applied: two configurations in use at one time are never more than one step apart.
/// </summary>
internal static class Membership
{
    /// <summary>Whether this member knows of a committed change that is not in force here yet.</summary>
    public static bool HasUnappliedChange(RaftState s)
    {
        for (var index = s.Log.AppliedIndex + 1; index <= s.Log.CommitIndex; index++)
        {
            if (s.Log[index].Kind == EntryKind.ConfigurationChange)
            {
                return true;
            }
        }

        return false;
    }

    public static void Apply(RaftState s, RaftConfiguration configuration, List<RaftEffect> fx)
    {
        s.Configuration = configuration;
        if (s.Leading is not { } leading)
        {
            return;
        }

        // Members that leave hear a last time that their leaving is committed.
        Replication.NotifyCommit(s, leading, fx);
        if (!configuration.IsVoter(s.Id))
        {
            // A leader outside the voters would count majorities that it is no part of.
            HandOver(s, leading, fx);
            Elections.BecomeFollower(s, MemberId.None, fx);
            return;
        }

        leading.Follow(configuration, s.Id, s.Log.LastIndex, s.Now);
        Committing.Count(s, leading, fx);
        Reads.Complete(s, leading, fx);
        Replication.SendToAll(s, leading, fx);
        if (s.Transfer is not null && !configuration.IsVoter(s.Transfer.Target))
        {
            fx.Add(new RaftEffect.TransferFailed($"member {s.Transfer.Target} is not a voter any more"));
            s.Transfer = null;
        }
    }

    /// <summary>What waited for a change to be in force: the end of a joint phase, a campaign.</summary>
    public static void Settle(RaftState s, List<RaftEffect> fx)
    {
        if (s.Leading is { } leading)
        {
            if (s.Configuration is { IsJoint: true, AutoLeave: true }
                && leading.PendingConfigurationIndex <= s.Log.AppliedIndex)
            {
                Proposing.AppendConfigurationChange(
                    s, leading, ConfigurationChangeCodec.Encode(ConfigurationChange.LeaveJoint), fx);
            }

            return;
        }

        var isAlone = s.Role is RaftRole.Follower or RaftRole.PreCandidate && s.Leader.IsNone && s.Configuration.IsSoleVoter(s.Id);
        if ((isAlone || s.CampaignIsDeferred) && Elections.MayCampaign(s))
        {
            Elections.Campaign(s, transfer: s.CampaignIsDeferred, fx);
        }
    }

    /// <summary>The voter that lags least is told to campaign at once, so that nobody waits for an election timeout.</summary>
    private static void HandOver(RaftState s, Leadership leading, List<RaftEffect> fx)
    {
        if (Transfers.BestTarget(s, leading) is { IsNone: false } target)
        {
            fx.Add(new RaftEffect.Send(new PeerMessage.TimeoutNow(s.Id, target, s.Term)));
        }
    }
}
