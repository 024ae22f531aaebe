namespace ActorEtcd.Raft;

/// <summary>The part that a member plays in the current term; a learner is a follower that does not vote.</summary>
public enum RaftRole
{
    Follower,
    PreCandidate,
    Candidate,
    Leader,
}
