using System.Diagnostics;
using ActorEtcd.Client;
using ActorEtcd.Host.Metrics;

namespace ActorEtcd.Host.Server;

/// <summary>Measures how long ranges take in the store, under etcd's names.</summary>
public sealed class ReadMetrics : IReadObserver
{
    private readonly MetricFamily<Histogram> _duration;
    private readonly Histogram _success;

    public ReadMetrics(MetricRegistry registry)
    {
        _duration = registry.Histograms(
            "etcd_server_range_duration_seconds",
            "How long ranges take to be read from the store, without what they wait for before.",
            Histogram.Exponential(0.0001, 2, 20),
            "success");
        _success = _duration.With("true");
    }

    public long RangeBegins() => Stopwatch.GetTimestamp();

    public void RangeEnded(long begun, bool isSuccess)
        => (isSuccess ? _success : _duration.With("false")).Observe(Stopwatch.GetElapsedTime(begun).TotalSeconds);
}
