namespace Akka.Cluster;

/// <summary>
/// The members in a circle, by a hash of their addresses; each sends heartbeats to the next few. Who is unreachable for
/// somebody does not count among those few, so that its followers are watched by others. Immutable.
/// </summary>
internal sealed class HeartbeatNodeRing
{
    private static readonly IComparer<UniqueAddress> ByHash = Comparer<UniqueAddress>.Create(CompareByHash);

    private readonly UniqueAddress _self;
    private readonly ImmutableSortedSet<UniqueAddress> _nodes;
    private readonly ImmutableHashSet<UniqueAddress> _unreachable;
    private readonly int _monitoredByNrOfMembers;

    public HeartbeatNodeRing(
        UniqueAddress self,
        IEnumerable<UniqueAddress> nodes,
        IEnumerable<UniqueAddress> unreachable,
        int monitoredByNrOfMembers)
    {
        _self = self;
        _nodes = nodes.Append(self).ToImmutableSortedSet(ByHash);
        _unreachable = [.. unreachable];
        _monitoredByNrOfMembers = monitoredByNrOfMembers;
        Receivers = ReceiversOf(self);
    }

    /// <summary>Whom this node sends heartbeats to.</summary>
    public ImmutableHashSet<UniqueAddress> Receivers { get; }

    public ImmutableHashSet<UniqueAddress> ReceiversOf(UniqueAddress sender)
    {
        var receivers = ImmutableHashSet.CreateBuilder<UniqueAddress>();
        var start = _nodes.IndexOf(sender);
        var reachable = 0;
        for (var i = 1; i < _nodes.Count && reachable < _monitoredByNrOfMembers; i++)
        {
            var node = _nodes[(start + i) % _nodes.Count];
            receivers.Add(node);
            reachable += _unreachable.Contains(node) ? 0 : 1;
        }

        return receivers.ToImmutable();
    }

    public bool Contains(UniqueAddress node) => _nodes.Contains(node);

    public HeartbeatNodeRing With(UniqueAddress node) =>
        Contains(node) ? this : new HeartbeatNodeRing(_self, _nodes.Add(node), _unreachable, _monitoredByNrOfMembers);

    public HeartbeatNodeRing Without(UniqueAddress node) => node == _self || !Contains(node)
        ? this
        : new HeartbeatNodeRing(_self, _nodes.Remove(node), _unreachable.Remove(node), _monitoredByNrOfMembers);

    public HeartbeatNodeRing WithUnreachable(UniqueAddress node) =>
        new(_self, _nodes, _unreachable.Add(node), _monitoredByNrOfMembers);

    public HeartbeatNodeRing WithReachable(UniqueAddress node) =>
        new(_self, _nodes, _unreachable.Remove(node), _monitoredByNrOfMembers);

    private static int CompareByHash(UniqueAddress x, UniqueAddress y)
    {
        var result = HashOf(x).CompareTo(HashOf(y));
        return result != 0 ? result : x.CompareTo(y);
    }

    // The same on every node and in every process, unlike the runtime's own hash of a string.
    private static uint HashOf(UniqueAddress node)
    {
        var hash = 2166136261u ^ (uint)node.Uid;
        foreach (var c in node.Address.ToString())
        {
            hash = (hash ^ c) * 16777619u;
        }

        return hash;
    }
}
