using ActorEtcd.Host.Metrics;
using ActorEtcd.Persistence.Snapshots;

namespace ActorEtcd.Host.Server;

/// <summary>Measures how long manifests of checkpoints take to be saved, under etcd's names.</summary>
public sealed class SnapshotFileMetrics(MetricRegistry registry) : ISnapshotFileObserver
{
    private static readonly double[] Bounds = Histogram.Exponential(0.001, 2, 14);

    private readonly Histogram _encoding = registry.Histogram(
        "etcd_debugging_snap_save_marshalling_duration_seconds", "How long manifests of checkpoints take to be encoded.", Bounds);

    private readonly Histogram _flush = registry.Histogram(
        "etcd_snap_fsync_duration_seconds", "How long flushes of manifests of checkpoints take.", Bounds);

    private readonly Histogram _whole = registry.Histogram(
        "etcd_debugging_snap_save_total_duration_seconds", "How long manifests of checkpoints take to be saved.", Bounds);

    public void Saved(TimeSpan encoding, TimeSpan flush, TimeSpan whole)
    {
        _encoding.Observe(encoding.TotalSeconds);
        _flush.Observe(flush.TotalSeconds);
        _whole.Observe(whole.TotalSeconds);
    }
}
