namespace Akka.Cluster;

/// <summary>
/// What the nodes tell each other: the members, who has seen this very state, who cannot reach whom, and which changes
/// the state contains. Members only ever move on along their way and removed ones leave a tombstone, so two states
/// merge to the same one in any order. Immutable.
/// </summary>
internal sealed partial record Gossip
{
    public static readonly Gossip Empty = new();

    private Gossip()
    {
    }

    // Two states of one member are equal, so the dictionary must not take an equal value for the same one.
    public ImmutableSortedDictionary<UniqueAddress, Member> Members { get; init; } =
        ImmutableSortedDictionary.Create<UniqueAddress, Member>(null, ReferenceEqualityComparer.Instance);

    public ImmutableSortedSet<UniqueAddress> SeenBy { get; init; } = [];

    public Reachability Reachability { get; init; } = Reachability.Empty;

    public VectorClock Version { get; init; } = VectorClock.Create();

    /// <summary>Removed members, with the second of their removal, so that nobody brings them back.</summary>
    public ImmutableSortedDictionary<UniqueAddress, long> Tombstones { get; init; } =
        ImmutableSortedDictionary<UniqueAddress, long>.Empty;

    public bool IsSingleton => Members.Count == 1;

    public static VectorClock.Node ClockNode(UniqueAddress node) => VectorClock.Node.Create($"{node.Address}-{node.Uid}");

    public bool HasMember(UniqueAddress node) => Members.ContainsKey(node);

    public Member MemberAt(Address address) => Members.Values.FirstOrDefault(m => m.Address == address);

    public MemberStatus StatusOf(UniqueAddress node) =>
        Members.TryGetValue(node, out var member) ? member.Status : MemberStatus.Removed;

    /// <summary>A change made by <paramref name="author"/>, which nobody else has seen yet.</summary>
    public Gossip Changed(UniqueAddress author) =>
        this with { Version = Version.Increment(ClockNode(author)), SeenBy = HasMember(author) ? [author] : [] };

    public Gossip With(params IEnumerable<Member> members) =>
        this with { Members = Members.SetItems(members.Select(m => KeyValuePair.Create(m.UniqueAddress, m))) };

    public Gossip Seen(UniqueAddress node) => SeenBy.Contains(node) ? this : this with { SeenBy = SeenBy.Add(node) };

    public Gossip MergeSeen(Gossip that) => that.SeenBy.IsSubsetOf(SeenBy)
        ? this
        : this with { SeenBy = SeenBy.Union(that.SeenBy.Where(HasMember)) };

    public Gossip Removed(IReadOnlySet<UniqueAddress> nodes, long second) => nodes.Count == 0 ? this : this with
    {
        Members = Members.RemoveRange(nodes),
        SeenBy = SeenBy.Except(nodes),
        Reachability = Reachability.Remove(nodes),
        Version = Prune(Version, nodes),
        Tombstones = Tombstones.SetItems(nodes.Select(node => KeyValuePair.Create(node, second))),
    };

    public Gossip WithoutTombstonesBefore(long second) =>
        Tombstones.Any(t => t.Value < second)
            ? this with { Tombstones = Tombstones.RemoveRange(Tombstones.Where(t => t.Value < second).Select(t => t.Key)) }
            : this;

    /// <summary>All changes of both; nobody has seen that yet.</summary>
    public Gossip Merge(Gossip that)
    {
        var tombstones = Tombstones.ToBuilder();
        foreach (var (node, second) in that.Tombstones)
        {
            tombstones[node] = Math.Max(second, tombstones.GetValueOrDefault(node));
        }

        var members = Members.ToBuilder();
        foreach (var (node, member) in that.Members)
        {
            members[node] = members.TryGetValue(node, out var known) ? Member.HighestPriorityOf(known, member) : member;
        }

        members.RemoveRange(tombstones.Keys);
        return new Gossip
        {
            Members = members.ToImmutable(),
            Reachability = Reachability.Merge(that.Reachability, members.ContainsKey),
            Version = Prune(Version.Merge(that.Version), tombstones.Keys),
            Tombstones = tombstones.ToImmutable(),
        };
    }

    /// <summary>
    /// How this state relates to another one. The clocks of removed nodes do not count, but a state that still has
    /// such an entry may contain a change of that node that the other lacks: that is concurrent.
    /// </summary>
    public VectorClock.Ordering CompareTo(Gossip that)
    {
        var own = Prune(Version, that.Tombstones.Keys);
        var other = Prune(that.Version, Tombstones.Keys);
        return ReferenceEquals(own, Version) && ReferenceEquals(other, that.Version)
            ? Version.CompareTo(that.Version)
            : VectorClock.Ordering.Concurrent;
    }

    public override string ToString() =>
        $"Gossip(members = [{string.Join(", ", Members.Values)}], seen = [{string.Join(", ", SeenBy.Select(n => n.Address))}], unreachable = [{Reachability}], version = {Version})";

    private static VectorClock Prune(VectorClock clock, IEnumerable<UniqueAddress> nodes) =>
        nodes.Aggregate(clock, (pruned, node) => pruned.Prune(ClockNode(node)));
}
