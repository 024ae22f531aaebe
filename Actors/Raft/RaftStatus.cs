namespace ActorEtcd.Raft;

/// <summary>Where this member's Raft is, as of its last turn.</summary>
public sealed record RaftStatus(
    RaftRole Role,
    long Term,
    MemberId Leader,
    long CommitIndex,
    long LastIndex,
    long AppliedIndex,
    long DurableIndex,
    bool IsLearner,
    long LeaderChanges,
    long ProposalsRefused)
{
    public static readonly RaftStatus Unknown =
        new(RaftRole.Follower, 0, MemberId.None, 0, 0, 0, 0, IsLearner: false, 0, 0);

    public bool HasLeader => !Leader.IsNone;
}
