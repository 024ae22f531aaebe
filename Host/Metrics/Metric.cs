namespace ActorEtcd.Host.Metrics;

/// <summary>One time series, or one histogram's series.</summary>
public abstract class Metric
{
    internal abstract void WriteTo(IMetricOutput output, string name, string labels);
}
