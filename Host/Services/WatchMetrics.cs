using ActorEtcd.Host.Metrics;

namespace ActorEtcd.Host.Services;

/// <summary>Counts watch streams, their watchers and the events they were sent, under etcd's names.</summary>
public sealed class WatchMetrics(MetricRegistry registry)
{
    public Gauge Streams { get; } = registry.Gauge("etcd_debugging_mvcc_watch_stream_total", "Open watch streams.");

    public Gauge Watchers { get; } = registry.Gauge("etcd_debugging_mvcc_watcher_total", "Watchers of all streams.");

    public Counter Events { get; } = registry.Counter("etcd_debugging_mvcc_events_total", "Events sent to watchers.");
}
