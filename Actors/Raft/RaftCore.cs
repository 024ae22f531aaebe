using System.Collections.Immutable;
using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>
/// The Raft algorithm: one method per kind of input, each of which changes the state and appends effects for
/// the shell to carry out in order. No clock, disk, network or randomness of its own: the same state and the
/// same inputs give the same effects.
/// </summary>
public static class RaftCore
{
    /// <summary>The first input of a life: waits for a leader, or leads at once when there is nobody else.</summary>
    public static void Start(RaftState s, List<RaftEffect> fx)
    {
        Committing.ApplyReady(s, fx);
        if (s.Configuration.IsSoleVoter(s.Id) && Elections.MayCampaign(s))
        {
            Elections.Campaign(s, transfer: false, fx);
        }
        else
        {
            Elections.ResetDeadline(s, fx);
        }

        LostLogs.Ask(s, fx);
        Finish(s, fx);
    }

    /// <summary>The election timer fired; it may be early, because hearing a leader does not re-arm it.</summary>
    public static void ElectionTimeout(RaftState s, List<RaftEffect> fx)
    {
        s.ElectionTimerAt = null;
        if (s.Role != RaftRole.Leader)
        {
            Reads.RefuseOverdue(s, fx);
            Transfers.FailIfOverdue(s, fx);
            Elections.OnTimeout(s, fx);
            LostLogs.Ask(s, fx);
        }

        Finish(s, fx);
    }

    /// <summary>Somebody else finds that the leader does not answer. Any other leader's fate is of no concern here.</summary>
    public static void LeaderSuspected(RaftState s, MemberId leader, List<RaftEffect> fx)
    {
        if (s.Role == RaftRole.Follower && s.Leader == leader)
        {
            Elections.OnSuspicion(s, fx);
        }

        Finish(s, fx);
    }

    /// <summary>A heartbeat interval has passed at the leader.</summary>
    public static void HeartbeatTimeout(RaftState s, List<RaftEffect> fx)
    {
        if (s.Leading is not null)
        {
            Heartbeats.OnTimeout(s, s.Leading, fx);
        }

        Finish(s, fx);
    }

    /// <summary>The heartbeat that is due now comes late, since this member had no time; before <see cref="HeartbeatTimeout"/>.</summary>
    public static void HeartbeatLate(RaftState s)
    {
        if (s.Leading is not null)
        {
            Heartbeats.Excuse(s, s.Leading);
        }
    }

    /// <summary>A message of another member. Bad ones and late ones are ignored with a reason.</summary>
    public static void Receive(RaftState s, PeerMessage message, List<RaftEffect> fx)
    {
        var fault = PeerMessageCheck.FaultOf(s.Id, message);
        if (fault is not null)
        {
            fx.Add(new RaftEffect.Ignore(message, fault, IsFault: true));
        }
        else if (Terms.Admit(s, message, fx))
        {
            Dispatch(s, message, fx);
        }

        Finish(s, fx);
    }

    public static void Propose(RaftState s, ImmutableArray<ReadOnlyMemory<byte>> payloads, List<RaftEffect> fx)
    {
        Proposing.Propose(s, payloads, fx);
        Finish(s, fx);
    }

    public static void ProposeConfigurationChange(RaftState s, ReadOnlyMemory<byte> change, List<RaftEffect> fx)
    {
        Proposing.ProposeConfigurationChange(s, change, fx);
        Finish(s, fx);
    }

    /// <summary>The apply actor applied a configuration change, or found that an entry changes nothing.</summary>
    public static void ConfigurationApplied(RaftState s, RaftConfiguration configuration, List<RaftEffect> fx)
    {
        Membership.Apply(s, configuration, fx);
        Finish(s, fx);
    }

    /// <summary>
    /// This member's gateway asks for a read index under a context from <see cref="RaftState.TakeContext"/>.
    /// </summary>
    public static void ReadIndex(RaftState s, long context, List<RaftEffect> fx)
    {
        Reads.Ask(s, context, fx);
        Finish(s, fx);
    }

    /// <summary>Every write up to the sequence is on disk.</summary>
    public static void Persisted(RaftState s, long sequence, List<RaftEffect> fx)
    {
        Durability.Persisted(s, sequence, fx);
        Finish(s, fx);
    }

    public static void Applied(RaftState s, long index, List<RaftEffect> fx)
    {
        Committing.Applied(s, index, fx);
        Membership.Settle(s, fx);
        Finish(s, fx);
    }

    /// <summary>Hands leadership over; to the voter that lags least when the target is none.</summary>
    public static void TransferLeadership(RaftState s, MemberId target, List<RaftEffect> fx)
    {
        Transfers.Begin(s, target, fx);
        Finish(s, fx);
    }

    /// <summary>Tells followers about a commit index that no entries carry to them.</summary>
    public static void Flush(RaftState s, List<RaftEffect> fx)
    {
        if (s.Leading is not null)
        {
            Replication.NotifyCommit(s, s.Leading, fx);
        }
    }

    /// <summary>A checkpoint of this member is durable: entries up to it may be forgotten.</summary>
    public static void CheckpointSaved(RaftState s, CheckpointManifest manifest, List<RaftEffect> fx)
    {
        Snapshots.Saved(s, manifest);
        Finish(s, fx);
    }

    public static void CheckpointFetched(RaftState s, CheckpointManifest manifest, List<RaftEffect> fx)
    {
        Snapshots.Fetched(s, manifest, fx);
        Finish(s, fx);
    }

    public static void CheckpointFetchFailed(RaftState s, CheckpointManifest manifest, List<RaftEffect> fx)
    {
        Snapshots.FetchFailed(s, manifest, fx);
        Finish(s, fx);
    }

    /// <summary>The state of this member is now that of the checkpoint being installed, durably.</summary>
    public static void CheckpointInstalled(RaftState s, long index, long term, List<RaftEffect> fx)
    {
        Snapshots.Installed(s, index, term, fx);
        Finish(s, fx);
    }

    private static void Dispatch(RaftState s, PeerMessage message, List<RaftEffect> fx)
    {
        if (s.Lost is { IsBlind: true } && Terms.IsOfLeader(message))
        {
            fx.Add(new RaftEffect.Ignore(message, "a later term may have been forgotten with the log"));
            return;
        }

        switch (message)
        {
            case PeerMessage.RequestStanding m:
                LostLogs.OnRequest(s, m, fx);
                break;
            case PeerMessage.StandingReply m:
                LostLogs.OnReply(s, m, fx);
                break;
            case PeerMessage.RequestPreVote m:
                Elections.OnRequestPreVote(s, m, fx);
                break;
            case PeerMessage.RequestVote m:
                Elections.OnRequestVote(s, m, fx);
                break;
            case PeerMessage.EntryCommitted m:
                Following.OnEntryCommitted(s, m, fx);
                break;
            case PeerMessage.ForwardProposals m:
                Proposing.OnForwarded(s, m, fx);
                break;
            case PeerMessage.ForwardConfigurationChange m:
                Proposing.OnForwardedChange(s, m, fx);
                break;
            case PeerMessage.ForwardedProposalsRefused m:
                Proposing.OnRefused(s, m, fx);
                break;
            case PeerMessage.RequestReadIndex m:
                Reads.OnRequest(s, m, fx);
                break;
            case PeerMessage.ReadIndexReply m:
                Reads.OnReply(s, m, fx);
                break;
            case PeerMessage.ReadIndexDenied m:
                Reads.OnDenied(s, m, fx);
                break;
            default:
                DispatchByRole(s, message, fx);
                break;
        }
    }

    private static void DispatchByRole(RaftState s, PeerMessage message, List<RaftEffect> fx)
    {
        switch (s.Role)
        {
            case RaftRole.Leader:
                LeaderTable.Receive(s, s.Leading!, message, fx);
                break;
            case RaftRole.PreCandidate:
            case RaftRole.Candidate:
                CandidateTable.Receive(s, message, fx);
                break;
            default:
                FollowerTable.Receive(s, message, fx);
                break;
        }
    }

    /// <summary>Announces what changed, and checks what must hold between any two inputs.</summary>
    private static void Finish(RaftState s, List<RaftEffect> fx)
    {
        Invariant.Check(
            s.Role == RaftRole.Leader == s.Leading is not null, $"role {s.Role} does not fit the leader's state");
        Invariant.Check(s.Log.LastTerm <= s.Term, $"the log ends in term {s.Log.LastTerm}, beyond {s.Term}");
        LostLogs.EndWhenWhole(s, fx);
        var current = (s.Leader, s.Term, s.Role);
        if (current == s.Announced)
        {
            return;
        }

        var leaderChanged = s.Announced.Leader != s.Leader || s.Announced.Term != s.Term;
        s.Announced = current;
        fx.Add(new RaftEffect.AnnounceLeadership(s.Leader, s.Term, s.Role));
        if (leaderChanged)
        {
            Reads.RefuseForwarded(s, ReadRefusal.LeadershipLost, fx);
            Transfers.Resolve(s, fx);
        }
    }
}
