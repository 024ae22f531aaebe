namespace Akka.Cluster;

/// <summary>
/// Tells subscribers what changed, each event to those who asked for its type. The published state is readable by
/// every thread before anybody hears of it.
/// </summary>
internal sealed class ClusterPublisher
{
    private readonly Cluster _cluster;
    private readonly Dictionary<IActorRef, ImmutableHashSet<Type>> _subscribers = [];
    private Gossip _published = Gossip.Empty;

    public ClusterPublisher(Cluster cluster)
    {
        _cluster = cluster;
    }

    private UniqueAddress Self => _cluster.SelfUniqueAddress;

    public void Publish(Gossip gossip)
    {
        if (ReferenceEquals(gossip, _published))
        {
            return;
        }

        var before = _published;
        _published = gossip;
        _cluster.Publish(gossip, ClusterEventDiff.StateOf(gossip, Self));
        foreach (var @event in ClusterEventDiff.Between(before, gossip, Self))
        {
            Tell(@event);
        }
    }

    public void PublishEnd()
    {
        Publish(Gossip.Empty);
        Tell(ClusterEvent.ClusterShuttingDown.Instance);
    }

    public void Subscribe(IActorRef subscriber, ClusterEvent.SubscriptionInitialStateMode mode, ImmutableHashSet<Type> to)
    {
        if (mode == ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot)
        {
            SendState(subscriber);
        }
        else
        {
            foreach (var @event in ClusterEventDiff.Between(Gossip.Empty, _published, Self).Where(e => Wants(to, e)))
            {
                subscriber.Tell(@event);
            }
        }

        _subscribers[subscriber] = _subscribers.GetValueOrDefault(subscriber, []).Union(to);
    }

    public void Unsubscribe(IActorRef subscriber, Type to)
    {
        if (!_subscribers.TryGetValue(subscriber, out var types))
        {
            return;
        }

        types = to is null ? [] : types.Remove(to);
        if (types.IsEmpty)
        {
            _subscribers.Remove(subscriber);
        }
        else
        {
            _subscribers[subscriber] = types;
        }
    }

    public bool IsSubscribed(IActorRef subscriber) => _subscribers.ContainsKey(subscriber);

    public void SendState(IActorRef receiver) => receiver.Tell(ClusterEventDiff.StateOf(_published, Self));

    private static bool Wants(ImmutableHashSet<Type> types, ClusterEvent.IClusterDomainEvent @event) =>
        types.Any(type => type.IsInstanceOfType(@event));

    private void Tell(ClusterEvent.IClusterDomainEvent @event)
    {
        foreach (var (subscriber, types) in _subscribers)
        {
            if (Wants(types, @event))
            {
                subscriber.Tell(@event);
            }
        }
    }
}
