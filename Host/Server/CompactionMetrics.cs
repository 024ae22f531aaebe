using ActorEtcd.Apply;
using ActorEtcd.Host.Metrics;

namespace ActorEtcd.Host.Server;

/// <summary>Measures compaction, under etcd's names.</summary>
public sealed class CompactionMetrics(MetricRegistry registry) : ICompactionObserver
{
    private readonly Histogram _indexPause = registry.Histogram(
        "etcd_debugging_mvcc_index_compaction_pause_duration_milliseconds",
        "How long slices that take superseded changes out of the index hold requests up.",
        Histogram.Exponential(0.5, 2, 14));

    private readonly Histogram _pause = registry.Histogram(
        "etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds",
        "How long slices of compaction, those of the index and those that move records, hold requests up.",
        Histogram.Exponential(1, 2, 13));

    private readonly Histogram _total = registry.Histogram(
        "etcd_debugging_mvcc_db_compaction_total_duration_milliseconds",
        "How long compactions take until the index is rid of the superseded.",
        Histogram.Exponential(100, 2, 14));

    private readonly Counter _changes = registry.Counter(
        "etcd_debugging_mvcc_db_compaction_keys_total", "Superseded changes of keys that compactions took out.");

    private readonly Gauge _last = registry.Gauge(
        "etcd_debugging_mvcc_db_compaction_last", "When the last compaction ended, in seconds since 1970; 0 before the first.");

    public void IndexSlice(TimeSpan duration, long changes)
    {
        _indexPause.Observe(duration.TotalMilliseconds);
        _pause.Observe(duration.TotalMilliseconds);
        _changes.Add(changes);
    }

    public void MoveSlice(TimeSpan duration) => _pause.Observe(duration.TotalMilliseconds);

    public void Ended(TimeSpan duration, DateTimeOffset at)
    {
        _total.Observe(duration.TotalMilliseconds);
        _last.Set(at.ToUnixTimeSeconds());
    }
}
