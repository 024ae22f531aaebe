namespace Akka.Cluster;

/// <summary>
/// Who cannot reach whom. Each observer has a row of its own that only it changes, with a version that grows with each
/// change; a merge takes the newer row of each observer. What is not in a row is reachable. Immutable.
/// </summary>
internal sealed class Reachability
{
    public static readonly Reachability Empty = new(ImmutableSortedDictionary<UniqueAddress, Row>.Empty);

    private Reachability(ImmutableSortedDictionary<UniqueAddress, Row> rows)
    {
        Rows = rows;
    }

    public ImmutableSortedDictionary<UniqueAddress, Row> Rows { get; }

    public bool IsAllReachable => Rows.All(row => row.Value.Subjects.IsEmpty);

    /// <summary>Everybody whom at least one observer cannot reach.</summary>
    public ImmutableHashSet<UniqueAddress> AllUnreachable => [.. Rows.Values.SelectMany(row => row.Subjects.Keys)];

    public static Reachability Restore(ImmutableSortedDictionary<UniqueAddress, Row> rows) => new(rows);

    public ReachabilityStatus Status(UniqueAddress observer, UniqueAddress subject) =>
        Rows.TryGetValue(observer, out var row) ? row.Subjects.GetValueOrDefault(subject) : ReachabilityStatus.Reachable;

    public bool IsReachable(UniqueAddress observer, UniqueAddress subject) =>
        Status(observer, subject) == ReachabilityStatus.Reachable;

    public bool IsReachable(UniqueAddress subject) => Rows.Values.All(row => !row.Subjects.ContainsKey(subject));

    public IEnumerable<UniqueAddress> AllUnreachableFrom(UniqueAddress observer) =>
        Rows.TryGetValue(observer, out var row) ? row.Subjects.Keys : [];

    public Reachability Unreachable(UniqueAddress observer, UniqueAddress subject) =>
        Change(observer, subject, ReachabilityStatus.Unreachable);

    public Reachability Reachable(UniqueAddress observer, UniqueAddress subject) =>
        Change(observer, subject, ReachabilityStatus.Reachable);

    public Reachability Terminated(UniqueAddress observer, UniqueAddress subject) =>
        Change(observer, subject, ReachabilityStatus.Terminated);

    /// <summary>Of both, what is about nodes that <paramref name="isMember"/> accepts.</summary>
    public Reachability Merge(Reachability other, Func<UniqueAddress, bool> isMember)
    {
        var rows = ImmutableSortedDictionary.CreateBuilder<UniqueAddress, Row>();
        foreach (var observer in Rows.Keys.Concat(other.Rows.Keys))
        {
            if (!rows.ContainsKey(observer) && isMember(observer))
            {
                var row = Newer(Rows.GetValueOrDefault(observer), other.Rows.GetValueOrDefault(observer));
                rows[observer] = row.Without(subject => !isMember(subject));
            }
        }

        return new Reachability(rows.ToImmutable());
    }

    /// <summary>Without the nodes, be they observers or observed.</summary>
    public Reachability Remove(IReadOnlySet<UniqueAddress> nodes) => Merge(Empty, node => !nodes.Contains(node));

    /// <summary>Without what these nodes say about others.</summary>
    public Reachability RemoveObservers(IReadOnlySet<UniqueAddress> nodes) =>
        nodes.Count == 0 ? this : new Reachability(Rows.RemoveRange(nodes));

    public override string ToString() => string.Join(", ", Rows.Where(row => !row.Value.Subjects.IsEmpty).Select(row =>
        $"{row.Key.Address} -> {string.Join(" ", row.Value.Subjects.Select(s => $"{s.Key.Address}: {s.Value}"))}"));

    private static Row Newer(Row one, Row other) =>
        one is null ? other
        : other is null || one.Version > other.Version ? one
        : other.Version > one.Version ? other
        // Equal versions differ only by subjects that one side has already forgotten.
        : one.Subjects.Count <= other.Subjects.Count ? one : other;

    private Reachability Change(UniqueAddress observer, UniqueAddress subject, ReachabilityStatus status)
    {
        var row = Rows.GetValueOrDefault(observer) ?? Row.Empty;
        var known = row.Subjects.GetValueOrDefault(subject);
        if (known == status || known == ReachabilityStatus.Terminated)
        {
            return this;
        }

        var subjects = status == ReachabilityStatus.Reachable
            ? row.Subjects.Remove(subject)
            : row.Subjects.SetItem(subject, status);
        return new Reachability(Rows.SetItem(observer, new Row(row.Version + 1, subjects)));
    }

    internal sealed record Row(long Version, ImmutableSortedDictionary<UniqueAddress, ReachabilityStatus> Subjects)
    {
        public static readonly Row Empty = new(0, ImmutableSortedDictionary<UniqueAddress, ReachabilityStatus>.Empty);

        public Row Without(Func<UniqueAddress, bool> isGone)
        {
            var gone = Subjects.Keys.Where(isGone).ToList();
            return gone.Count == 0 ? this : this with { Subjects = Subjects.RemoveRange(gone) };
        }
    }
}
