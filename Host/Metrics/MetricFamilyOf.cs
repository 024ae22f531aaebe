namespace ActorEtcd.Host.Metrics;

/// <summary>
/// A family of counters, gauges or histograms. <see cref="With"/> looks the series up; keep what it returns when the
/// path is hot.
/// </summary>
public sealed class MetricFamily<TMetric> : MetricFamily
    where TMetric : Metric
{
    private readonly Func<TMetric> _create;

    internal MetricFamily(string name, string help, MetricType type, IReadOnlyList<string> labels, Func<TMetric> create)
        : base(name, help, type, labels) => _create = create;

    public TMetric With(params string[] labelValues)
    {
        if (labelValues.Length != LabelNames.Count)
        {
            throw new ArgumentException($"{Name} has {LabelNames.Count} labels, not {labelValues.Length}.");
        }

        return (TMetric)Series.GetOrAdd(MetricText.Labels(LabelNames, labelValues), _ => _create());
    }

    /// <summary>Puts a series in place that is made elsewhere.</summary>
    internal void Add(TMetric metric, params string[] labelValues) => Series[MetricText.Labels(LabelNames, labelValues)] = metric;

    public void Remove(params string[] labelValues) => Series.TryRemove(MetricText.Labels(LabelNames, labelValues), out _);
}
