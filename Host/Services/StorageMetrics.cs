using System.Diagnostics;
using ActorEtcd.Host.Metrics;

namespace ActorEtcd.Host.Services;

/// <summary>Measures what operators ask of the store as a whole, under etcd's names.</summary>
public sealed class StorageMetrics(MetricRegistry registry)
{
    private readonly Histogram _defragment = registry.Histogram(
        "etcd_disk_backend_defrag_duration_seconds", "How long defragmenting takes.", Histogram.Exponential(0.1, 2, 13));

    private readonly Gauge _defragmenting = registry.Gauge(
        "etcd_disk_defrag_inflight", "Whether this member is being defragmented: 1 or 0.");

    private readonly Histogram _snapshot = registry.Histogram(
        "etcd_disk_backend_snapshot_duration_seconds", "How long sending a snapshot to a client takes.", Histogram.Exponential(0.01, 2, 17));

    public async Task MeasureDefragmentAsync(Func<Task> defragment)
    {
        _defragmenting.Add(1);
        try
        {
            await MeasureAsync(_defragment, defragment);
        }
        finally
        {
            _defragmenting.Add(-1);
        }
    }

    public Task MeasureSnapshotAsync(Func<Task> send) => MeasureAsync(_snapshot, send);

    private static async Task MeasureAsync(Histogram duration, Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        duration.Observe(Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
