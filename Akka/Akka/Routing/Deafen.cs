namespace Akka.Routing;

public sealed class Deafen : ListenerMessage
{
    public Deafen(IActorRef listener)
    {
        Listener = listener;
    }

    public IActorRef Listener { get; }
}
