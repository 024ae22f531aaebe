namespace ActorEtcd.Host.Metrics;

/// <summary>Always 1; what it tells is a label, which is asked for when it is scraped.</summary>
internal sealed class InfoMetric(string label, Func<string> read) : Metric
{
    internal override void WriteTo(IMetricOutput output, string name, string labels)
        => output.Sample(name, MetricText.Labels([label], [read()]), 1);
}
