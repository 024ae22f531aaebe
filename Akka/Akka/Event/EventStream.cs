namespace Akka.Event;

/// <summary>The bus of the whole system: log events, dead letters and whatever actors publish on it.</summary>
public class EventStream : LoggingBus
{
    private readonly bool _debug;
    private IActorRef _unsubscriber;

    public EventStream(bool debug)
    {
        _debug = debug;
    }

    /// <summary>Starts the actor that watches subscribers and removes those that stop.</summary>
    public void StartUnsubscriber(ActorSystemImpl system) =>
        _unsubscriber = system.SystemActorOf(
            Props.Create(typeof(EventStreamUnsubscriber), this).WithDispatcher(Dispatchers.InternalDispatcherId),
            "EventStreamUnsubscriber");

    public override bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        if (!base.Subscribe(subscriber, channel))
        {
            return false;
        }

        _unsubscriber?.Tell(new EventStreamUnsubscriber.Register(subscriber), ActorRefs.NoSender);
        Note($"subscribing {subscriber} to channel {channel}");
        return true;
    }

    public override bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        Note($"unsubscribing {subscriber} from channel {channel}");
        return base.Unsubscribe(subscriber, channel) && Forget(subscriber);
    }

    public override bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        Note($"unsubscribing {subscriber} from all channels");
        return base.Unsubscribe(subscriber) && Forget(subscriber);
    }

    private bool Forget(IActorRef subscriber)
    {
        _unsubscriber?.Tell(new EventStreamUnsubscriber.UnregisterIfUnused(subscriber), ActorRefs.NoSender);
        return true;
    }

    private void Note(string message)
    {
        if (_debug)
        {
            Publish(new Debug(Logging.SimpleName(this), GetType(), message));
        }
    }
}
