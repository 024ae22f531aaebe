using System.Diagnostics;
using ActorEtcd.Host.Metrics;

namespace ActorEtcd.Host.Services;

/// <summary>Measures how long hashes of the store take, under etcd's names.</summary>
public sealed class HashMetrics(MetricRegistry registry)
{
    private readonly Histogram _hash = registry.Histogram(
        "etcd_mvcc_hash_duration_seconds", "How long hashes of the whole store take.", Histogram.Exponential(0.01, 2, 15));

    private readonly Histogram _hashKv = registry.Histogram(
        "etcd_mvcc_hash_rev_duration_seconds", "How long hashes of the keys up to a revision take.", Histogram.Exponential(0.01, 2, 15));

    public T MeasureHash<T>(Func<T> hash) => Measure(_hash, hash);

    public T MeasureHashKv<T>(Func<T> hash) => Measure(_hashKv, hash);

    private static T Measure<T>(Histogram duration, Func<T> hash)
    {
        var start = Stopwatch.GetTimestamp();
        var result = hash();
        duration.Observe(Stopwatch.GetElapsedTime(start).TotalSeconds);
        return result;
    }
}
