namespace ActorEtcd.Watch;

/// <summary>
/// Finds who watches a key: a dictionary for single keys and an interval treap for ranges, so that the cost of an
/// event grows with the watchers that match it, not with all of them.
/// </summary>
/// <typeparam name="T">A watcher's handle; equal handles are one watcher.</typeparam>
public sealed class WatcherIndex<T>
    where T : notnull
{
    private readonly Dictionary<Bytes, HashSet<T>> _keys = [];
    private readonly IntervalTreap<T> _ranges = new();

    public int Count { get; private set; }

    public void Add(WatchRange range, T watcher)
    {
        if (!range.IsSingleKey)
        {
            Count += _ranges.Add(range, watcher) ? 1 : 0;
            return;
        }

        if (!_keys.TryGetValue(range.Start, out var watchers))
        {
            _keys[range.Start] = watchers = [];
        }

        Count += watchers.Add(watcher) ? 1 : 0;
    }

    public void Remove(WatchRange range, T watcher)
    {
        if (!range.IsSingleKey)
        {
            Count -= _ranges.Remove(range, watcher) ? 1 : 0;
            return;
        }

        if (_keys.TryGetValue(range.Start, out var watchers) && watchers.Remove(watcher))
        {
            Count--;
            if (watchers.Count == 0)
            {
                _keys.Remove(range.Start);
            }
        }
    }

    /// <summary>Calls <paramref name="found"/> once for each watcher of the key.</summary>
    public void Find<TState>(Bytes key, TState state, Action<TState, T> found)
    {
        if (_keys.TryGetValue(key, out var watchers))
        {
            foreach (var watcher in watchers)
            {
                found(state, watcher);
            }
        }

        _ranges.Find(key, state, found);
    }
}
