using System.Buffers;
using System.Collections.Concurrent;

namespace ActorEtcd.Host.Metrics;

/// <summary>
/// The metrics of one server. Registering a name again returns the family that exists, so that parts of the server
/// need not know who came first.
/// </summary>
public sealed class MetricRegistry
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly ConcurrentDictionary<string, MetricFamily> _families = new();

    /// <summary>All families that exist, by name.</summary>
    internal IEnumerable<MetricFamily> Families => _families.Values.OrderBy(static family => family.Name, StringComparer.Ordinal);

    public Counter Counter(string name, string help) => Counters(name, help).With();

    public MetricFamily<Counter> Counters(string name, string help, params string[] labels) =>
        Family(name, help, MetricType.Counter, labels, () => new Counter());

    public Gauge Gauge(string name, string help) => Gauges(name, help).With();

    public MetricFamily<Gauge> Gauges(string name, string help, params string[] labels) =>
        Family(name, help, MetricType.Gauge, labels, () => new Gauge());

    public Histogram Histogram(string name, string help, IReadOnlyList<double> bounds) =>
        Histograms(name, help, bounds).With();

    public MetricFamily<Histogram> Histograms(
        string name, string help, IReadOnlyList<double> bounds, params string[] labels) =>
        Family(name, help, MetricType.Histogram, labels, () => new Histogram(bounds));

    /// <summary>A gauge whose value is asked for at every scrape.</summary>
    public void GaugeOf(string name, string help, Func<double> read) =>
        Family(name, help, MetricType.Gauge, [], () => new CallbackMetric(read)).With();

    /// <summary>A counter whose value is asked for at every scrape.</summary>
    public void CounterOf(string name, string help, Func<double> read) =>
        Family(name, help, MetricType.Counter, [], () => new CallbackMetric(read)).With();

    /// <summary>One series of a family of counters, whose value is asked for at every scrape.</summary>
    public void CountersOf(string name, string help, string label, string value, Func<double> read) =>
        Family(name, help, MetricType.Counter, [label], () => new CallbackMetric(read)).Add(new CallbackMetric(read), value);

    /// <summary>A gauge of 1 whose label is asked for at every scrape.</summary>
    public void InfoOf(string name, string help, string label, Func<string> read) =>
        Family(name, help, MetricType.Gauge, [], () => new InfoMetric(label, read)).With();

    public void WriteTo(IBufferWriter<byte> output)
    {
        var text = new MetricText(output);
        foreach (MetricFamily family in Families)
        {
            family.WriteTo(text);
        }
    }

    private MetricFamily<T> Family<T>(string name, string help, MetricType type, string[] labels, Func<T> create)
        where T : Metric =>
        (MetricFamily<T>)_families.GetOrAdd(name, _ => new MetricFamily<T>(name, help, type, labels, create));
}
