namespace Akka.Remote;

/// <summary>Published on the event stream when the state of remoting changes.</summary>
public abstract class RemotingLifecycleEvent
{
    public abstract LogLevel LogLevel();
}
