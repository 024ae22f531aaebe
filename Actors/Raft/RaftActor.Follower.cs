namespace ActorEtcd.Raft;

/// <summary>
/// Follower (and learner):
/// <code>
/// ElectionTick               -> asks around, when the leader is overdue
/// LeaderSuspected            -> asks around, when it is silent here too
/// Propose                    -> gathered, forwarded to the leader; refused when there is none
/// ReadIndex                  -> asked of the leader; refused when there is none
/// TransferLeadership         -> refused: not the leader
/// ProposeConfigurationChange -> forwarded to the leader; refused when there is none
/// HeartbeatTick              -> ignored: not the leader any more
/// PeerMessage                -> FollowerTable, after the term rules
/// others                     -> Common
/// </code>
/// </summary>
public sealed partial class RaftActor
{
    private State<RaftRole, RaftState> Follow(Event<RaftState> e)
    {
        switch (e.FsmEvent)
        {
            case ElectionTick tick:
                return OnElectionTick(tick);
            case Propose m:
                return Gather(m);
            case TransferLeadership m:
                return Transfer(m);
            case ProposeConfigurationChange m:
                return ChangeConfiguration(m);
            case LeaderSuspected m:
                RaftCore.LeaderSuspected(Turn(), m.Leader, _effects);
                return Take();
            case HeartbeatTick:
                return Stay();
            default:
                return Common(e);
        }
    }
}
