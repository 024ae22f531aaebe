using System.Diagnostics.Metrics;
using ActorEtcd.Host.Metrics;

namespace ActorEtcd.Host.Telemetry;

/// <summary>
/// The server's metrics as observable instruments under their own names, so that one definition serves Prometheus and
/// OTLP. A histogram becomes what Prometheus makes of it: counters of its buckets (label <c>le</c>), sum and count.
/// </summary>
internal sealed class MetricBridge : IDisposable
{
    public const string MeterName = "ActorEtcd";

    private readonly Meter _meter = new(MeterName);

    public MetricBridge(MetricRegistry registry)
    {
        foreach (var family in registry.Families)
        {
            switch (family.Type)
            {
                case MetricType.Gauge:
                    _meter.CreateObservableGauge(family.Name, () => Read(family, family.Name), description: family.Help);
                    break;
                case MetricType.Counter:
                    _meter.CreateObservableCounter(family.Name, () => Read(family, family.Name), description: family.Help);
                    break;
                default:
                    foreach (var part in Histogram.PartsOf(family.Name))
                    {
                        _meter.CreateObservableCounter(part, () => Read(family, part), description: family.Help);
                    }

                    break;
            }
        }
    }

    public void Dispose() => _meter.Dispose();

    private static List<Measurement<double>> Read(MetricFamily family, string name)
    {
        var reader = new Reader(name);
        family.WriteTo(reader);
        return reader.Measurements;
    }

    private sealed class Reader(string wanted) : IMetricOutput
    {
        public List<Measurement<double>> Measurements { get; } = [];

        public void Head(string name, string help, MetricType type)
        {
        }

        public void Sample(string name, string labels, double value)
        {
            if (name == wanted)
            {
                Measurements.Add(new Measurement<double>(value, MetricText.ParseLabels(labels)));
            }
        }
    }
}
