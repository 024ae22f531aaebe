namespace Akka.Routing;

public sealed class Listen : ListenerMessage
{
    public Listen(IActorRef listener)
    {
        Listener = listener;
    }

    public IActorRef Listener { get; }
}
