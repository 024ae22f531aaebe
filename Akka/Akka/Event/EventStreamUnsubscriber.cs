namespace Akka.Event;

internal sealed class EventStreamUnsubscriber : ActorBase
{
    private readonly EventStream _eventStream;

    public EventStreamUnsubscriber(EventStream eventStream)
    {
        _eventStream = eventStream;
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Register register:
                if (register.Subscriber is ActorRefWithCell)
                {
                    Context.Watch(register.Subscriber);
                }

                return true;
            case UnregisterIfUnused unused:
                if (!_eventStream.HasSubscriber(unused.Subscriber))
                {
                    Context.Unwatch(unused.Subscriber);
                }

                return true;
            case Terminated terminated:
                _eventStream.Unsubscribe(terminated.ActorRef);
                return true;
            default:
                return false;
        }
    }

    internal sealed record Register(IActorRef Subscriber) : IDeadLetterSuppression;

    internal sealed record UnregisterIfUnused(IActorRef Subscriber) : IDeadLetterSuppression;
}
