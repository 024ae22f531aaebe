namespace ActorEtcd.Specs.Chaos;

internal sealed class OperationCount
{
    private readonly int[] _counts = new int[3];

    public int this[Outcome outcome] => Volatile.Read(ref _counts[(int)outcome]);

    public void Add(Outcome outcome) => Interlocked.Increment(ref _counts[(int)outcome]);
}
