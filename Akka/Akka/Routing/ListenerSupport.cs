namespace Akka.Routing;

public class ListenerSupport
{
    protected readonly HashSet<IActorRef> Listeners = [];

    public Receive ListenerReceive => message =>
    {
        switch (message)
        {
            case Listen listen:
                Add(listen.Listener);
                return true;
            case Deafen deafen:
                Remove(deafen.Listener);
                return true;
            case WithListeners with:
                foreach (var listener in Listeners)
                {
                    with.ListenerFunction(listener);
                }

                return true;
            default:
                return false;
        }
    };

    public void Add(IActorRef actor) => Listeners.Add(actor);

    public void Remove(IActorRef actor) => Listeners.Remove(actor);

    public void Gossip(object message)
    {
        foreach (var listener in Listeners)
        {
            listener.Tell(message);
        }
    }

    public void Gossip(object message, IActorRef sender)
    {
        foreach (var listener in Listeners)
        {
            listener.Tell(message, sender);
        }
    }
}
