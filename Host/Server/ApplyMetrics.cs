using System.Globalization;
using ActorEtcd.Apply;
using ActorEtcd.Host.Metrics;

namespace ActorEtcd.Host.Server;

/// <summary>Measures how long commands take to be applied, under etcd's names. Used by the apply actor alone.</summary>
public sealed class ApplyMetrics(MetricRegistry registry) : IApplyObserver
{
    private readonly MetricFamily<Histogram> _duration = registry.Histograms(
        "etcd_server_apply_duration_seconds",
        "How long commands of the log take to be applied.",
        Histogram.Exponential(0.0001, 2, 20),
        "version",
        "op",
        "success");

    // By operation and success. What was never applied is not told, as in etcd.
    private readonly Histogram?[] _known = new Histogram?[2 * Enum.GetValues<AppliedOp>().Length];

    public void Applied(AppliedOp op, bool isSuccess, TimeSpan duration)
        => (_known[PlaceOf(op, isSuccess)] ??= SeriesOf(op, isSuccess)).Observe(duration.TotalSeconds);

    private static int PlaceOf(AppliedOp op, bool isSuccess) => (2 * (int)op) + (isSuccess ? 1 : 0);

    private Histogram SeriesOf(AppliedOp op, bool isSuccess)
    {
        var (version, name) = op switch
        {
            AppliedOp.V2Post => ("v2", "POST"),
            AppliedOp.V2Put => ("v2", "PUT"),
            AppliedOp.V2Delete => ("v2", "DELETE"),
            AppliedOp.V2QuorumGet => ("v2", "QGET"),
            AppliedOp.V2Sync => ("v2", "SYNC"),
            _ => ("v3", op.ToString()),
        };
        return _duration.With(version, name, isSuccess.ToString(CultureInfo.InvariantCulture).ToLowerInvariant());
    }
}
