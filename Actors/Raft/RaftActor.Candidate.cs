namespace ActorEtcd.Raft;

/// <summary>
/// Candidate, whose vote for itself is on its way to the disk or who waits for the votes of others:
/// <code>
/// ElectionTick               -> asks around again
/// LogPersisted               -> its own vote counts, the others are asked (Common)
/// Propose                    -> gathered, refused: no leader
/// ReadIndex                  -> refused: no leader
/// TransferLeadership         -> refused: not the leader
/// ProposeConfigurationChange -> refused: no leader
/// HeartbeatTick              -> ignored: not the leader
/// PeerMessage                -> CandidateTable, after the term rules
/// others                     -> Common
/// </code>
/// </summary>
public sealed partial class RaftActor
{
    private State<RaftRole, RaftState> Campaign(Event<RaftState> e) => Follow(e);
}
