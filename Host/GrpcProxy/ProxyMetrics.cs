using ActorEtcd.Host.Metrics;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>What the proxy counts, by etcd's names.</summary>
internal sealed class ProxyMetrics(MetricRegistry registry)
{
    public Gauge WatchersCoalescing { get; } = registry.Gauge(
        "etcd_grpc_proxy_watchers_coalescing_total", "Total number of current watchers coalescing");

    public Counter EventsCoalescing { get; } = registry.Counter(
        "etcd_grpc_proxy_events_coalescing_total", "Total number of events coalescing");

    public Gauge CacheKeys { get; } = registry.Gauge(
        "etcd_grpc_proxy_cache_keys_total", "Total number of keys/ranges cached");

    public Gauge CacheHits { get; } = registry.Gauge(
        "etcd_grpc_proxy_cache_hits_total", "Total number of cache hits");

    public Gauge CacheMisses { get; } = registry.Gauge(
        "etcd_grpc_proxy_cache_misses_total", "Total number of cache misses");
}
