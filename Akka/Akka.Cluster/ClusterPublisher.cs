namespace Akka.Cluster;

/// <summary>
/// Tells what changed on the system's event stream, where subscribers wait. The published state is readable by every
/// thread before anybody hears of it.
/// </summary>
internal sealed class ClusterPublisher
{
    private readonly Cluster _cluster;
    private Gossip _published = Gossip.Empty;

    public ClusterPublisher(Cluster cluster)
    {
        _cluster = cluster;
    }

    private UniqueAddress Self => _cluster.SelfUniqueAddress;

    private EventStream Events => _cluster.System.EventStream;

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
            Events.Publish(@event);
        }
    }

    public void PublishEnd()
    {
        Events.Publish(ClusterEvent.ClusterShuttingDown.Instance);
        Publish(Gossip.Empty);
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

        foreach (var type in to)
        {
            Events.Subscribe(subscriber, type);
        }
    }

    public void Unsubscribe(IActorRef subscriber, Type to)
    {
        if (to is null)
        {
            Events.Unsubscribe(subscriber);
        }
        else
        {
            Events.Unsubscribe(subscriber, to);
        }
    }

    public void SendState(IActorRef receiver) => receiver.Tell(ClusterEventDiff.StateOf(_published, Self));

    private static bool Wants(ImmutableHashSet<Type> types, ClusterEvent.IClusterDomainEvent @event) =>
        types.Any(type => type.IsInstanceOfType(@event));
}
