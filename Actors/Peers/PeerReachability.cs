using System.Collections.Immutable;

namespace ActorEtcd.Peers;

/// <summary>
/// Which other members answer, as the nodes of the cluster agree; of who is missing nothing is known. The peers actor
/// writes it, any thread reads it. It is news for people and a hint for elections, and decides nothing about data.
/// </summary>
public sealed class PeerReachability
{
    private ImmutableDictionary<MemberId, PeerNode> _current = ImmutableDictionary<MemberId, PeerNode>.Empty;

    public ImmutableDictionary<MemberId, PeerNode> Current => Volatile.Read(ref _current);

    /// <summary>Told each member that is reachable from now on, or not any more, on an actor's thread; must not block.</summary>
    public Action<MemberId, bool>? Changed { get; init; }

    internal void Publish(ImmutableDictionary<MemberId, PeerNode> next)
    {
        var before = _current;
        Volatile.Write(ref _current, next);
        foreach (var member in before.Keys.Union(next.Keys))
        {
            var isReachable = next.GetValueOrDefault(member) is { IsReachable: true };
            if (isReachable != before.GetValueOrDefault(member) is { IsReachable: true })
            {
                Changed?.Invoke(member, isReachable);
            }
        }
    }
}
