namespace ActorEtcd.Host.Metrics;

/// <summary>A count that only grows. Any thread, no locks.</summary>
public sealed class Counter : Metric
{
    private long _value;

    public long Value => Volatile.Read(ref _value);

    public void Increment() => Interlocked.Increment(ref _value);

    public void Add(long amount) => Interlocked.Add(ref _value, amount);

    internal override void WriteTo(IMetricOutput output, string name, string labels) => output.Sample(name, labels, Value);
}
