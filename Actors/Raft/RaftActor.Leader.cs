namespace ActorEtcd.Raft;

/// <summary>
/// Leader:
/// <code>
/// HeartbeatTick              -> heartbeats to all; steps down when no majority answers
/// Propose                    -> gathered, appended and sent; refused during a transfer or when overloaded
/// ReadIndex                  -> joins a round of heartbeats (Common)
/// TransferLeadership         -> the target catches up and is told to campaign
/// ProposeConfigurationChange -> appended, one at a time
/// ElectionTick               -> ignored: a leader does not wait for one
/// PeerMessage                -> LeaderTable, after the term rules
/// others                     -> Common
/// </code>
/// </summary>
public sealed partial class RaftActor
{
    private State<RaftRole, RaftState> Lead(Event<RaftState> e)
    {
        switch (e.FsmEvent)
        {
            case HeartbeatTick:
                RaftCore.HeartbeatTimeout(Turn(), _effects);
                return Take();
            case Propose m:
                return Gather(m);
            case TransferLeadership m:
                return Transfer(m);
            case ProposeConfigurationChange m:
                return ChangeConfiguration(m);
            case ElectionTick:
                RaftCore.ElectionTimeout(Turn(), _effects);
                return Take();
            default:
                return Common(e);
        }
    }
}
