namespace Akka.Cluster;

/// <summary>
/// How many changes of each node a state contains. Of two states one is before the other, or the same, or both have
/// changes that the other lacks; then they are concurrent and must be merged. Immutable.
/// </summary>
public sealed class VectorClock
{
    private static readonly VectorClock Empty = new(ImmutableSortedDictionary<Node, long>.Empty);

    private VectorClock(ImmutableSortedDictionary<Node, long> versions)
    {
        Versions = versions;
    }

    public enum Ordering
    {
        After = 0,
        Before = 1,
        Same = 2,
        Concurrent = 3,
        FullOrder = 4,
    }

    public ImmutableSortedDictionary<Node, long> Versions { get; }

    public static bool operator ==(VectorClock left, VectorClock right) => Equals(left, right);

    public static bool operator !=(VectorClock left, VectorClock right) => !Equals(left, right);

    public static bool operator >(VectorClock left, VectorClock right) => left.IsAfter(right);

    public static bool operator <(VectorClock left, VectorClock right) => left.IsBefore(right);

    public static VectorClock Create() => Empty;

    public static VectorClock Create(ImmutableSortedDictionary<Node, long> seedValues) => new(seedValues);

    public VectorClock Increment(Node node) => new(Versions.SetItem(node, Versions.GetValueOrDefault(node) + 1));

    public bool IsConcurrentWith(VectorClock that) => CompareTo(that) == Ordering.Concurrent;

    public bool IsBefore(VectorClock that) => CompareTo(that) == Ordering.Before;

    public bool IsAfter(VectorClock that) => CompareTo(that) == Ordering.After;

    public bool IsSameAs(VectorClock that) => CompareTo(that) == Ordering.Same;

    public Ordering CompareTo(VectorClock that)
    {
        if (ReferenceEquals(this, that))
        {
            return Ordering.Same;
        }

        var hasMore = Exceeds(this, that);
        var hasLess = Exceeds(that, this);
        return (hasMore, hasLess) switch
        {
            (true, true) => Ordering.Concurrent,
            (true, false) => Ordering.After,
            (false, true) => Ordering.Before,
            _ => Ordering.Same,
        };
    }

    public VectorClock Merge(VectorClock that)
    {
        var merged = Versions.ToBuilder();
        foreach (var (node, version) in that.Versions)
        {
            if (version > merged.GetValueOrDefault(node))
            {
                merged[node] = version;
            }
        }

        return new VectorClock(merged.ToImmutable());
    }

    public VectorClock Prune(Node removedNode) =>
        Versions.ContainsKey(removedNode) ? new VectorClock(Versions.Remove(removedNode)) : this;

    public override bool Equals(object obj) => obj is VectorClock that && IsSameAs(that);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (node, version) in Versions)
        {
            hash.Add(node);
            hash.Add(version);
        }

        return hash.ToHashCode();
    }

    public override string ToString() =>
        $"VectorClock({string.Join(", ", Versions.Select(entry => $"{entry.Key}->{entry.Value}"))})";

    private static bool Exceeds(VectorClock one, VectorClock other)
    {
        foreach (var (node, version) in one.Versions)
        {
            if (version > other.Versions.GetValueOrDefault(node))
            {
                return true;
            }
        }

        return false;
    }

    public class Node : IComparable<Node>
    {
        private readonly string _value;

        public Node(string value)
        {
            _value = value;
        }

        public static Node Create(string name) => new(name);

        public static Node FromHash(string hash) => new(hash);

        public int CompareTo(Node other) => string.CompareOrdinal(_value, other?._value);

        public override bool Equals(object obj) => obj is Node other && other._value == _value;

        public override int GetHashCode() => string.GetHashCode(_value, StringComparison.Ordinal);

        public override string ToString() => _value;
    }
}
