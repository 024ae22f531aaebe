namespace ActorEtcd.Host.Metrics;

/// <summary>Counts observations in buckets. Any thread, no locks; a scrape may see an observation half recorded.</summary>
public sealed class Histogram : Metric
{
    private const string Bucket = "_bucket";
    private const string Sum = "_sum";
    private const string Count = "_count";

    private readonly double[] _bounds;
    private readonly long[] _counts;
    private readonly Gauge _sum = new();

    /// <param name="bounds">Upper bounds, ascending, without the infinite one.</param>
    public Histogram(IReadOnlyList<double> bounds)
    {
        _bounds = [.. bounds];
        _counts = new long[bounds.Count + 1];
        for (int i = 1; i < _bounds.Length; i++)
        {
            if (_bounds[i] <= _bounds[i - 1])
            {
                throw new ArgumentException($"Bucket bounds must ascend: {_bounds[i]} follows {_bounds[i - 1]}.");
            }
        }
    }

    public static double[] Exponential(double start, double factor, int count) =>
        [.. Enumerable.Range(0, count).Select(i => start * Math.Pow(factor, i))];

    /// <summary>The names of the series that a histogram of this name consists of.</summary>
    internal static string[] PartsOf(string name) => [name + Bucket, name + Sum, name + Count];

    public void Observe(double value)
    {
        int i = 0;
        while (i < _bounds.Length && value > _bounds[i])
        {
            i++;
        }

        Interlocked.Increment(ref _counts[i]);
        _sum.Add(value);
    }

    internal override void WriteTo(IMetricOutput output, string name, string labels)
    {
        string prefix = labels.Length == 0 ? string.Empty : labels + ",";
        long total = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            total += Volatile.Read(ref _counts[i]);
            string bound = MetricText.Bound(i < _bounds.Length ? _bounds[i] : double.PositiveInfinity);
            output.Sample(name + Bucket, $"{prefix}le=\"{bound}\"", total);
        }

        output.Sample(name + Sum, labels, _sum.Value);
        output.Sample(name + Count, labels, total);
    }
}
