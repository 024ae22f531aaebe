using System.Collections.Concurrent;

namespace ActorEtcd.Host.Metrics;

/// <summary>All series of one name, told apart by the values of its labels.</summary>
public abstract class MetricFamily(string name, string help, MetricType type, IReadOnlyList<string> labelNames)
{
    public string Name { get; } = name;

    public string Help { get; } = help;

    public MetricType Type { get; } = type;

    protected IReadOnlyList<string> LabelNames { get; } = labelNames;

    protected ConcurrentDictionary<string, Metric> Series { get; } = new();

    internal void WriteTo(IMetricOutput output)
    {
        if (Series.IsEmpty)
        {
            return;
        }

        output.Head(Name, Help, Type);
        foreach ((string labels, Metric metric) in Series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            metric.WriteTo(output, Name, labels);
        }
    }
}
