namespace ActorEtcd.Host.Metrics;

/// <summary>What takes the samples of a scrape, family by family.</summary>
internal interface IMetricOutput
{
    /// <summary>A family begins.</summary>
    void Head(string name, string help, MetricType type);

    /// <summary>A sample; <paramref name="labels"/> is empty or <c>a="x",b="y"</c>.</summary>
    void Sample(string name, string labels, double value);
}
