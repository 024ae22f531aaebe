namespace ActorEtcd.Raft;

/// <summary>Why proposals were not appended; the numbers travel between members.</summary>
public enum ProposalRefusal
{
    NoLeader = 0,
    LeadershipTransfer = 1,

    /// <summary>Too much is uncommitted or unapplied.</summary>
    Overloaded = 2,

    /// <summary>Another configuration change is under way.</summary>
    ConfigurationChangePending = 3,

    /// <summary>The learner to be promoted lags too far behind the leader.</summary>
    LearnerNotReady = 4,
}
