using System.Diagnostics;
using System.Globalization;
using ActorEtcd.Client;
using ActorEtcd.Host.Metrics;
using ActorEtcd.V2;

namespace ActorEtcd.Host.Http.V2;

/// <summary>What is done with the v2 store, under etcd's names.</summary>
internal sealed class V2Metrics
{
    private readonly MetricFamily<Counter> _received;
    private readonly MetricFamily<Counter> _failed;
    private readonly MetricFamily<Histogram> _duration;

    public V2Metrics(MetricRegistry registry, EtcdNode node)
    {
        _received = registry.Counters("etcd_http_received_total", "Requests on /v2/keys that were understood and allowed, by method.", "method");
        _failed = registry.Counters("etcd_http_failed_total", "Requests on /v2/keys that failed, by method and status.", "method", "code");
        _duration = registry.Histograms(
            "etcd_http_successful_duration_seconds",
            "How long requests on /v2/keys took that did not fail, by method.",
            Histogram.Exponential(0.0005, 2, 13),
            "method");
        Store(registry, "reads", "Reads of the v2 store by this member.", node, V2Action.Get);
        foreach (V2Action action in Enum.GetValues<V2Action>().Where(static action => action is not V2Action.Get and not V2Action.Expire))
        {
            Store(registry, "writes", "Writes to the v2 store, applied by this member.", node, action);
        }

        registry.CounterOf("etcd_debugging_store_expires_total", "Nodes of the v2 store that expired.", () => node.V2.Counters[V2Action.Expire, true]);
        registry.CounterOf("etcd_debugging_store_watch_requests_total", "Watches of the v2 store that were asked for.", () => node.V2.WatchRequests);
        registry.GaugeOf("actor_etcd_v2_store_bytes", "Bytes of the keys of the v2 store, as the quota counts them.", () => node.V2.State.Sum.Bytes);
        registry.GaugeOf("etcd_debugging_store_watchers", "Watchers of the v2 store that wait.", () => node.V2.Watchers);
    }

    public Timing Received(string method)
    {
        _received.With(method).Increment();
        return new Timing(this, method);
    }

    private static void Store(MetricRegistry registry, string name, string help, EtcdNode node, V2Action action)
    {
        string text = V2Actions.TextOf(action);
        registry.CountersOf(
            $"etcd_debugging_store_{name}_total",
            help,
            "action",
            text,
            () => node.V2.Counters[action, true] + node.V2.Counters[action, false]);
        registry.CountersOf(
            $"etcd_debugging_store_{name}_failed_total", help + " Those that failed.", "action", text, () => node.V2.Counters[action, false]);
    }

    /// <summary>A request that is being served; it succeeded unless it is said to have failed.</summary>
    public sealed class Timing(V2Metrics metrics, string method) : IDisposable
    {
        private readonly long _start = Stopwatch.GetTimestamp();
        private bool _hasFailed;

        public void Fail(int status)
        {
            _hasFailed = true;
            metrics._failed.With(method, status.ToString(CultureInfo.InvariantCulture)).Increment();
        }

        public void Dispose()
        {
            if (!_hasFailed)
            {
                metrics._duration.With(method).Observe(Stopwatch.GetElapsedTime(_start).TotalSeconds);
            }
        }
    }
}
