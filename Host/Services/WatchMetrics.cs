using ActorEtcd.Host.Metrics;

namespace ActorEtcd.Host.Services;

/// <summary>Counts watch streams, their watchers and the events they were sent, under etcd's names.</summary>
public sealed class WatchMetrics(MetricRegistry registry)
{
    public Gauge Streams { get; } = registry.Gauge("etcd_debugging_mvcc_watch_stream_total", "Open watch streams.");

    public Gauge Watchers { get; } = registry.Gauge("etcd_debugging_mvcc_watcher_total", "Watchers of all streams.");

    public Gauge PendingEvents { get; } = registry.Gauge("etcd_debugging_mvcc_pending_events_total", "Events that wait for the connection of their watcher.");

    /// <summary>Writing a response with events to the connection, the wait for its client included.</summary>
    public Histogram SendingEvents { get; } = SendLoop(registry, "watch_stream_duration_seconds", "How long responses with events take to be sent.");

    public Histogram SendingEvent { get; } = SendLoop(
        registry, "watch_stream_duration_per_event_seconds", "How long responses with events take to be sent, by their events.");

    /// <summary>The same of answers to the creation and the end of watchers.</summary>
    public Histogram SendingControl { get; } = SendLoop(
        registry, "control_stream_duration_seconds", "How long answers to requests for watchers and for their end take to be sent.");

    public Histogram SendingProgress { get; } = SendLoop(registry, "progress_duration_seconds", "How long notices of progress take to be sent.");

    public Counter Events { get; } = registry.Counter("etcd_debugging_mvcc_events_total", "Events sent to watchers.");

    private static Histogram SendLoop(MetricRegistry registry, string name, string help)
        => registry.Histogram("etcd_debugging_server_watch_send_loop_" + name, help, Histogram.Exponential(0.001, 2, 14));
}
