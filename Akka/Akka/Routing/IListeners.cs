namespace Akka.Routing;

public interface IListeners
{
    ListenerSupport Listeners { get; }
}
