using ActorEtcd.Host.Metrics;
using ActorEtcd.Persistence.Journal;

namespace ActorEtcd.Host.Server;

/// <summary>Counts what the write-ahead log does, under etcd's names.</summary>
public sealed class WalMetrics(MetricRegistry registry) : IWalObserver
{
    private readonly Histogram _flush = registry.Histogram(
        "etcd_disk_wal_fsync_duration_seconds",
        "How long flushes of the write-ahead log take.",
        Histogram.Exponential(0.001, 2, 14));

    // etcd tells this count as a gauge.
    private readonly Gauge _bytes = registry.Gauge(
        "etcd_disk_wal_write_bytes_total",
        "Bytes written to the write-ahead log.");

    private readonly Counter _records = registry.Counter(
        "actor_etcd_wal_records_total",
        "Records written to the write-ahead log; more than flushes, since a flush serves a batch.");

    private readonly Counter _segments = registry.Counter(
        "actor_etcd_wal_segments_total",
        "Segment files of the write-ahead log that were begun.");

    public void Flushed(TimeSpan duration, long bytes, int records)
    {
        _flush.Observe(duration.TotalSeconds);
        _bytes.Add(bytes);
        _records.Add(records);
    }

    public void SegmentOpened(long sequence) => _segments.Increment();
}
