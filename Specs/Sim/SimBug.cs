namespace ActorEtcd.Specs.Sim;

/// <summary>Bugs that other implementations have had, planted around the actors to see whether they would be found.</summary>
internal enum SimBug
{
    None,

    /// <summary>A candidate that hears of its term's leader forgets that it has voted in that term.</summary>
    VoteForgotten,

    /// <summary>A leader commits what a majority holds although it is of an older term.</summary>
    OlderTermCommitted,

    /// <summary>The journal says that an event is durable before it is.</summary>
    AckBeforeFlush,

    /// <summary>A follower takes every append for the end of its leader's log, and cuts off what it has beyond it.</summary>
    TruncationBelowCommit,

    /// <summary>The answer to an earlier read index is taken for that of a later one.</summary>
    StaleReadIndex,

    /// <summary>The revoke of an expired lease is not void in another leader's term.</summary>
    LeaseExpiredByDeposed,

    /// <summary>The events of one revision reach watchers in two responses.</summary>
    WatchBatchSplit,

    /// <summary>A checkpoint names an older index than its state has.</summary>
    AppliedTwice,

    /// <summary>The events of a published batch do not reach the watchers.</summary>
    WatchEventLost,

    /// <summary>A crash of the machine forgets the last vote.</summary>
    VoteNotFlushed,

    /// <summary>Linearizable reads are answered by whoever thinks that it leads.</summary>
    ReadWithoutRound,

    /// <summary>A lease that was renewed ends at its first time.</summary>
    RenewalForgotten,

    /// <summary>An alarm for space is not heeded when commands are applied.</summary>
    AlarmForgotten,

    /// <summary>A command is judged by newer users and roles than those under which its user was known.</summary>
    AuthRevisionIgnored,

    /// <summary>Members end v2 nodes by their own clocks.</summary>
    V2ClockOfMember,
}
