namespace ActorEtcd.Host.Metrics;

/// <summary>A value that is asked for when it is scraped.</summary>
internal sealed class CallbackMetric(Func<double> read) : Metric
{
    internal override void WriteTo(IMetricOutput output, string name, string labels) => output.Sample(name, labels, read());
}
