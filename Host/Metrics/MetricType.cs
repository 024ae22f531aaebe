namespace ActorEtcd.Host.Metrics;

/// <summary>What a family of metrics is, in Prometheus' terms.</summary>
public enum MetricType
{
    Counter,
    Gauge,
    Histogram,
}
