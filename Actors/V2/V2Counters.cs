using System.Collections.Immutable;

namespace ActorEtcd.V2;

/// <summary>
/// How often what was done with the v2 store, well and badly (etcd: <c>v2store/stats.go</c>). Writes are counted by the
/// apply actor on every member, reads by whoever reads on one; so they are readable, and counted, from any thread.
/// </summary>
public sealed class V2Counters
{
    private readonly long[] _counts;

    /// <param name="counts">As <see cref="Capture"/> gave them; empty for a new store.</param>
    public V2Counters(ImmutableArray<long> counts)
    {
        _counts = new long[Places];
        for (var i = 0; i < Math.Min(Places, counts.Length); i++)
        {
            _counts[i] = counts[i];
        }
    }

    private static int Places => 2 * (Enum.GetValues<V2Action>().Length + 1);

    // etcd counts recursive reads apart in its metrics, not in its statistics.
    private static int RecursivePlace => Places - 2;

    public long this[V2Action action, bool isSuccess] => Volatile.Read(ref _counts[PlaceOf(action, isSuccess)]);

    /// <summary>Recursive reads; <see cref="V2Action.Get"/> counts them too.</summary>
    public long RecursiveGets(bool isSuccess) => Volatile.Read(ref _counts[RecursivePlace + (isSuccess ? 0 : 1)]);

    /// <summary>For a checkpoint: writes alone, which are the same on every member.</summary>
    public ImmutableArray<long> Capture()
    {
        var counts = ImmutableArray.CreateBuilder<long>(RecursivePlace);
        for (var i = 0; i < RecursivePlace; i++)
        {
            counts.Add(i < PlaceOf(V2Action.Create, isSuccess: true) ? 0 : Volatile.Read(ref _counts[i]));
        }

        return counts.MoveToImmutable();
    }

    public void Count(V2Action action, bool isSuccess) => Interlocked.Increment(ref _counts[PlaceOf(action, isSuccess)]);

    /// <summary>Counts what was done elsewhere.</summary>
    public void Add(V2Action action, long successes, long failures)
    {
        Interlocked.Add(ref _counts[PlaceOf(action, isSuccess: true)], successes);
        Interlocked.Add(ref _counts[PlaceOf(action, isSuccess: false)], failures);
    }

    public void CountGet(bool isRecursive, bool isSuccess)
    {
        Count(V2Action.Get, isSuccess);
        if (isRecursive)
        {
            Interlocked.Increment(ref _counts[RecursivePlace + (isSuccess ? 0 : 1)]);
        }
    }

    private static int PlaceOf(V2Action action, bool isSuccess) => (2 * (int)action) + (isSuccess ? 0 : 1);
}
