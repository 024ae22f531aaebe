using ActorEtcd.Alarms;

namespace ActorEtcd.Apply;

/// <summary>Limits of the apply actor.</summary>
/// <param name="SnapshotCount">Applied entries after which a checkpoint is taken (etcd: <c>--snapshot-count</c>).</param>
public sealed record ApplySettings(long SnapshotCount)
{
    public ICompactionObserver Compaction { get; init; } = SilentCompactionObserver.Instance;

    public IApplyObserver Observer { get; init; } = SilentApplyObserver.Instance;

    /// <summary>Bytes of applied entries after which a checkpoint is taken, so that recovery stays short.</summary>
    public long CheckpointBytes { get; init; } = 128L * 1024 * 1024;

    /// <summary>A replicated state of more bytes does not lie in the checkpoint's manifest but in segments of its own.</summary>
    public long StateInlineBytesMax { get; init; } = 4L * 1024 * 1024;

    /// <summary>Bytes of such a segment.</summary>
    public int StateSegmentBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Superseded revisions dropped, or records moved, in one turn.</summary>
    public const int UpkeepItems = 2000;

    /// <summary>A batch of entries that takes longer to apply is told of (etcd: <c>--warning-apply-duration</c>).</summary>
    public TimeSpan SlowBatch { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Told when checkpoints fail for too long.</summary>
    public DiskSpace Space { get; init; } = new();

    /// <summary>How long after a checkpoint that failed the next is tried.</summary>
    public static readonly TimeSpan CheckpointRetry = TimeSpan.FromSeconds(5);

    /// <summary>How many checkpoints may fail to come before the log must not grow further.</summary>
    public const int CheckpointsMissedMax = 4;

    /// <summary>How often segments are looked at for upkeep without a cause.</summary>
    public static readonly TimeSpan UpkeepInterval = TimeSpan.FromSeconds(1);
}
