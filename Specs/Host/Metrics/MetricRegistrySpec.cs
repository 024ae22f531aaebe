using System.Buffers;
using System.Text;
using ActorEtcd.Host.Metrics;
using Xunit;

namespace ActorEtcd.Specs.Host.Metrics;

public sealed class MetricRegistrySpec
{
    [Fact]
    public void Families_are_written_in_order_with_help_and_type()
    {
        var registry = new MetricRegistry();
        registry.Gauge("b_gauge", "A \\ and\na line.").Set(1.5);
        registry.Counters("a_total", "Counts.", "kind").With("x\"y\\z\n").Add(3);
        registry.GaugeOf("c_called", "Called.", () => double.PositiveInfinity);
        registry.Counters("unused_total", "Never used.", "kind");

        Assert.Equal(
            """
            # HELP a_total Counts.
            # TYPE a_total counter
            a_total{kind="x\"y\\z\n"} 3
            # HELP b_gauge A \\ and\na line.
            # TYPE b_gauge gauge
            b_gauge 1.5
            # HELP c_called Called.
            # TYPE c_called gauge
            c_called +Inf

            """,
            Text(registry));
    }

    [Fact]
    public void Histogram_counts_are_cumulative_and_bounds_inclusive()
    {
        var registry = new MetricRegistry();
        Histogram histogram = registry.Histogram("h", "H.", Histogram.Exponential(0.001, 2, 3));
        foreach (double value in new[] { 0.001, 0.0015, 0.002, 5 })
        {
            histogram.Observe(value);
        }

        Assert.Equal(
            """
            # HELP h H.
            # TYPE h histogram
            h_bucket{le="0.001"} 1
            h_bucket{le="0.002"} 3
            h_bucket{le="0.004"} 3
            h_bucket{le="+Inf"} 4
            h_sum 5.0045
            h_count 4

            """,
            Text(registry));
    }

    [Theory]
    [InlineData(524_288, "524288")]
    [InlineData(1_000_000, "1e+06")]
    [InlineData(1_048_576, "1.048576e+06")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(51.2, "51.2")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    public void Bounds_are_written_as_Go_writes_them_since_they_are_labels(double bound, string text) => Assert.Equal(text, MetricText.Bound(bound));

    [Fact]
    public void Increments_from_many_threads_are_all_counted()
    {
        var registry = new MetricRegistry();
        Counter counter = registry.Counter("c_total", "C.");
        Gauge gauge = registry.Gauge("g", "G.");

        Parallel.For(0, 10_000, _ =>
        {
            counter.Increment();
            gauge.Add(0.5);
        });

        Assert.Equal((10_000, 5_000), (counter.Value, gauge.Value));
    }

    [Fact]
    public void Name_registered_again_is_the_same_family()
    {
        var registry = new MetricRegistry();

        Assert.Same(registry.Counter("c_total", "C."), registry.Counter("c_total", "C."));
    }

    [Fact]
    public void Process_metrics_have_values()
    {
        var registry = new MetricRegistry();
        ProcessMetrics.Register(registry);

        string text = Text(registry);

        Assert.Contains("process_resident_memory_bytes ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
    }

    private static string Text(MetricRegistry registry)
    {
        var buffer = new ArrayBufferWriter<byte>();
        registry.WriteTo(buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
