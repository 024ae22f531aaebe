namespace ActorEtcd.Specs.Sim;

/// <summary>What the simulation does to a cluster, to be counted.</summary>
internal enum SimFault
{
    MessageDelayed,
    MessageLost,
    MessageDuplicated,
    MessageReordered,
    Reconnect,
    Partition,
    OneWayCut,
    Pause,
    Crash,
    CrashAtPersist,
    CrashOfAll,
    UnsyncedLost,
    TornTail,
    FlippedTail,
    DiskStall,
    ClockRate,
    ClockJump,
    LeaderTransfer,
    MemberAdded,
    MemberPromoted,
    MemberRemoved,
    CheckpointAsked,
    CheckpointInstalled,
    Compaction,
    V2Change,
    SpaceAlarm,
    UsersChanged,
    FalseReport,
}
