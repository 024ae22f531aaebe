namespace ActorEtcd.Raft;

/// <summary>
/// Pre-candidate, asking whether a campaign could succeed:
/// <code>
/// ElectionTick               -> asks again
/// Propose                    -> gathered, refused: no leader
/// ReadIndex                  -> refused: no leader
/// TransferLeadership         -> refused: not the leader
/// ProposeConfigurationChange -> refused: no leader
/// HeartbeatTick              -> ignored: not the leader any more
/// PeerMessage                -> CandidateTable, after the term rules
/// others                     -> Common
/// </code>
/// </summary>
public sealed partial class RaftActor
{
    private State<RaftRole, RaftState> AskAround(Event<RaftState> e) => Follow(e);
}
