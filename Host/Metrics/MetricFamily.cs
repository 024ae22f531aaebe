using System.Collections.Concurrent;

namespace ActorEtcd.Host.Metrics;

/// <summary>All series of one name, told apart by the values of its labels.</summary>
public abstract class MetricFamily(string name, string help, string type, IReadOnlyList<string> labelNames)
{
    public string Name { get; } = name;

    protected IReadOnlyList<string> LabelNames { get; } = labelNames;

    protected ConcurrentDictionary<string, Metric> Series { get; } = new();

    internal void WriteTo(MetricText text)
    {
        if (Series.IsEmpty)
        {
            return;
        }

        text.Head(Name, help, type);
        foreach ((string labels, Metric metric) in Series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            metric.WriteTo(text, Name, labels);
        }
    }
}
