namespace ActorEtcd.Apply;

/// <summary>
/// A sum over all records written, as it stood after each of the newest entries. The difference between two entries is the
/// same on every member that applied what lies between them, wherever each of them started. Written by the apply actor, read
/// by any thread.
/// </summary>
public sealed class AppliedSums
{
    private const int Capacity = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly ulong[] _sums = new ulong[Capacity];
    private long _first;
    private long _last = -1;

    /// <summary>The oldest entry whose sum is known.</summary>
    public long First
    {
        get
        {
            lock (_gate)
            {
                return _first;
            }
        }
    }

    /// <summary>Begins anew with a store that takes the place of the last.</summary>
    public void Begin(long index, ulong sum)
    {
        lock (_gate)
        {
            _first = _last = index;
            _sums[index % Capacity] = sum;
        }
    }

    public void Note(long index, ulong sum)
    {
        lock (_gate)
        {
            Invariant.Check(_last < 0 || index == _last + 1, $"the sum after entry {index} follows that after {_last}");
            _first = _last < 0 ? index : Math.Max(_first, index - Capacity + 1);
            _last = index;
            _sums[index % Capacity] = sum;
        }
    }

    /// <summary>The sum of what the entries after the first index, up to the second, have written; null when it is not known.</summary>
    public ulong? Between(long from, long to)
    {
        lock (_gate)
        {
            return from >= _first && to <= _last && from <= to ? _sums[to % Capacity] - _sums[from % Capacity] : null;
        }
    }
}
