namespace ActorEtcd.Specs.Chaos.Faults;

/// <summary>What can be done to a cluster. All but the last group are over when the next of their lane begins.</summary>
internal enum FaultKind
{
    // Members.
    KillLeader,
    KillFollower,
    KillMajority,
    KillAll,
    PowerLoss,
    PowerLossOfAll,
    PauseLeader,
    PauseFollower,
    Terminate,
    MoveLeader,
    ReplaceMember,
    FailedFlush,
    FullDisk,
    PauseMajority,
    FullDiskOfAll,
    FlippedBit,
    GuestMember,
    MoveMember,

    // Links, connections and disks, while members are dealt with.
    IsolateLeader,
    IsolateFollower,
    LeaderDeaf,
    LeaderMute,
    SplitMajority,
    Bridge,
    SlowLinks,
    FlappingLink,
    DropClients,
    SlowFlush,
    OneWayCut,
    SilentClients,
}
