namespace Akka.Routing;

public sealed class WithListeners : ListenerMessage
{
    public WithListeners(Action<IActorRef> listenerFunction)
    {
        ListenerFunction = listenerFunction;
    }

    public Action<IActorRef> ListenerFunction { get; }
}
