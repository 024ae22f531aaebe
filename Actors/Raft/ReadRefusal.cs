namespace ActorEtcd.Raft;

/// <summary>Why no read index was given; the numbers travel between members.</summary>
public enum ReadRefusal
{
    NoLeader = 0,
    LeadershipLost = 1,
    Overloaded = 2,

    /// <summary>The leader's answer did not come within an election timeout.</summary>
    TimedOut = 3,
}
