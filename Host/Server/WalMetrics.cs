using ActorEtcd.Alarms;
using ActorEtcd.Host.Logging;
using ActorEtcd.Host.Metrics;
using ActorEtcd.Persistence.Journal;

namespace ActorEtcd.Host.Server;

/// <summary>Counts what the write-ahead log does, under etcd's names, and tells when it has no room.</summary>
public sealed class WalMetrics(MetricRegistry registry, DiskSpace diskSpace, LogWriter log) : IWalObserver
{
    private const string Caller = "wal";

    private readonly Histogram _flush = registry.Histogram(
        "etcd_disk_wal_fsync_duration_seconds",
        "How long flushes of the write-ahead log take.",
        Histogram.Exponential(0.001, 2, 14));

    private readonly Histogram _write = registry.Histogram(
        "etcd_disk_wal_write_duration_seconds",
        "How long handing a batch of the write-ahead log to the system takes, before its flush.",
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

    public void Written(TimeSpan duration) => _write.Observe(duration.TotalSeconds);

    public void SegmentOpened(long sequence) => _segments.Increment();

    public void SpaceChanged(WalSpace space, string reason)
    {
        diskSpace.IsLogFull = space == WalSpace.None;
        switch (space)
        {
            case WalSpace.None:
                log.Write(
                    LogSeverity.Error,
                    Caller,
                    "no space left for the write-ahead log: writes wait and new ones are refused until there is some; reads go on",
                    ("error", reason));
                break;
            case WalSpace.Short:
                log.Write(
                    LogSeverity.Warn, Caller, "no space left for the next segment of the write-ahead log; the present one is written to its end", ("error", reason));
                break;
            default:
                log.Write(LogSeverity.Info, Caller, "there is space for the write-ahead log again");
                break;
        }
    }
}
