namespace ActorEtcd.Specs.Chaos.Checker;

/// <summary>The points that the search has been at: which calls are in the order, and the state behind them.</summary>
internal sealed class Visited<TState>
    where TState : notnull
{
    private readonly Dictionary<Point, List<int[]>> _points = [];

    /// <summary>
    /// False when the search has been there with the same unknown calls or fewer of them: then it would find nothing new.
    /// </summary>
    public bool Add(CallBits known, int[] unknown, TState state)
    {
        (int first, ulong[] words) = known.Copy();
        var point = new Point(known.Hash, first, words, state);
        if (!_points.TryGetValue(point, out List<int[]>? taken))
        {
            _points.Add(point, [unknown]);
            return true;
        }

        if (taken.Exists(before => IsWithin(before, unknown)))
        {
            return false;
        }

        taken.RemoveAll(before => IsWithin(unknown, before));
        taken.Add(unknown);
        return true;
    }

    private static bool IsWithin(int[] fewer, int[] more)
    {
        for (int i = 0; i < fewer.Length; i++)
        {
            if (fewer[i] > more[i])
            {
                return false;
            }
        }

        return true;
    }

    private readonly struct Point(ulong hash, int first, ulong[] words, TState state) : IEquatable<Point>
    {
        private readonly ulong _hash = hash;
        private readonly int _first = first;
        private readonly ulong[] _words = words;
        private readonly TState _state = state;

        public bool Equals(Point other) =>
            _hash == other._hash
            && _first == other._first
            && _words.AsSpan().SequenceEqual(other._words)
            && EqualityComparer<TState>.Default.Equals(_state, other._state);

        public override bool Equals(object? obj) => obj is Point other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(_hash, _state);
    }
}
