namespace ActorEtcd.Apply;

/// <summary>
/// A sum over all records written, as it stood after entries of the log: after each of the newest, and after every
/// <see cref="MarkInterval"/>th of those before. The difference between two entries is the same on every member that applied
/// what lies between them, wherever each of them started. Beside it what the rest of the replicated state comes to, which is the
/// same as it stands. Written by the apply actor, read by any thread.
/// </summary>
public sealed class AppliedSums
{
    /// <summary>How many of the newest entries are known one by one.</summary>
    public const int Capacity = 16 * 1024;

    /// <summary>Entries between two marks; marks are at its multiples, so that all members have the same.</summary>
    public const int MarkInterval = 256;

    private const int MarkCapacity = 4 * 1024;

    private readonly Lock _gate = new();
    private readonly ulong[] _sums = new ulong[Capacity];
    private readonly ulong[] _marks = new ulong[MarkCapacity];
    private readonly ulong[] _states = new ulong[Capacity];
    private readonly ulong[] _stateMarks = new ulong[MarkCapacity];
    private (long Index, ulong Sum, ulong State) _begin;
    private long _last = -1;

    /// <summary>The oldest entry whose sum is known.</summary>
    public long First
    {
        get
        {
            lock (_gate)
            {
                return OldestKnown();
            }
        }
    }

    /// <summary>Begins anew with a store that takes the place of the last.</summary>
    public void Begin(long index, ulong sum, ulong state = 0)
    {
        lock (_gate)
        {
            _begin = (index, sum, state);
            _last = index;
            Keep(index, sum, state);
        }
    }

    public void Note(long index, ulong sum, ulong state = 0)
    {
        lock (_gate)
        {
            Invariant.Check(_last < 0 || index == _last + 1, $"the sum after entry {index} follows that after {_last}");
            _begin = _last < 0 ? (index, sum, state) : _begin;
            _last = index;
            Keep(index, sum, state);
        }
    }

    /// <summary>The sum of what the entries after the first index, up to the second, have written; null when it is not known.</summary>
    public ulong? Between(long from, long to)
    {
        lock (_gate)
        {
            return from <= to && At(to) is { } end && At(from) is { } start ? end - start : null;
        }
    }

    /// <summary>What the rest of the state came to after an entry; 0 when it is not known.</summary>
    public ulong StateAt(long index)
    {
        lock (_gate)
        {
            return At(index, _states, _stateMarks, _begin.State) ?? 0;
        }
    }

    /// <summary>
    /// Where a comparison up to an entry ends so that members who are a little ahead can still tell: there, or, when so much
    /// has been applied since that they soon cannot, at the mark before.
    /// </summary>
    public long EndFor(long index)
    {
        lock (_gate)
        {
            var mark = index - (index % MarkInterval);
            return _last - index > Capacity / 2 && mark >= OldestKnown() ? mark : index;
        }
    }

    /// <summary>Where the longest comparison begins that this member and one that knows the sums from an entry on can make.</summary>
    public long StartFor(long firstOfOther, long to)
    {
        lock (_gate)
        {
            var first = Math.Max(firstOfOther, OldestKnown());
            var mark = (first + MarkInterval - 1) / MarkInterval * MarkInterval;
            return mark < to ? mark : first;
        }
    }

    private long OldestKnown() => Math.Max(_begin.Index, OldestMark());

    private long OldestMark() => ((_last / MarkInterval) - MarkCapacity + 1) * MarkInterval;

    private void Keep(long index, ulong sum, ulong state)
    {
        _sums[index % Capacity] = sum;
        _states[index % Capacity] = state;
        if (index % MarkInterval == 0)
        {
            _marks[index / MarkInterval % MarkCapacity] = sum;
            _stateMarks[index / MarkInterval % MarkCapacity] = state;
        }
    }

    private ulong? At(long index) => At(index, _sums, _marks, _begin.Sum);

    private ulong? At(long index, ulong[] newest, ulong[] marks, ulong atBegin)
    {
        if (index < _begin.Index || index > _last)
        {
            return null;
        }

        if (index > _last - Capacity)
        {
            return newest[index % Capacity];
        }

        if (index % MarkInterval == 0 && index >= OldestMark())
        {
            return marks[index / MarkInterval % MarkCapacity];
        }

        return index == _begin.Index ? atBegin : null;
    }
}
