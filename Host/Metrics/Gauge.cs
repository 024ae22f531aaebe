namespace ActorEtcd.Host.Metrics;

/// <summary>A value that rises and falls. Any thread, no locks.</summary>
public sealed class Gauge : Metric
{
    private double _value;

    public double Value => Volatile.Read(ref _value);

    public void Set(double value) => Volatile.Write(ref _value, value);

    public void Add(double amount)
    {
        double seen = Volatile.Read(ref _value);
        while (true)
        {
            double found = Interlocked.CompareExchange(ref _value, seen + amount, seen);
            if (BitConverter.DoubleToInt64Bits(found) == BitConverter.DoubleToInt64Bits(seen))
            {
                return;
            }

            seen = found;
        }
    }

    public void Increment() => Add(1);

    public void Decrement() => Add(-1);

    internal override void WriteTo(IMetricOutput output, string name, string labels) => output.Sample(name, labels, Value);
}
