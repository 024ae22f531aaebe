using System.Text;
using Akka.Remote.Transport.Tcp;

namespace Akka.Remote;

/// <summary>An actor of another system. Messages to it are handed to the transport on the caller's own thread.</summary>
public class RemoteActorRef : InternalActorRefBase, IRemoteRef
{
    public RemoteActorRef(
        RemoteTransport remote,
        Address localAddressToUse,
        ActorPath path,
        IInternalActorRef parent,
        Props props,
        Deploy deploy)
    {
        _ = (props, deploy);
        Remote = remote;
        LocalAddressToUse = localAddressToUse;
        Path = path;
        Parent = parent;
        Utf8Path = Encoding.UTF8.GetBytes(WirePath.Relative(path));
    }

    public Address LocalAddressToUse { get; }

    public override ActorPath Path { get; }

    public override IInternalActorRef Parent { get; }

    public override IActorRefProvider Provider => Remote.Provider;

    public override bool IsLocal => false;

    public override bool IsTerminated => false;

    internal RemoteTransport Remote { get; }

    /// <summary>The path as it travels: without the address, which the connection implies.</summary>
    internal byte[] Utf8Path { get; }

    /// <summary>The association to the system of this actor, once the first message has looked it up.</summary>
    internal Association Association { get; set; }

    public override IActorRef GetChild(IReadOnlyList<string> name)
    {
        var path = Path;
        foreach (var element in name)
        {
            path = element switch
            {
                null or "" => path,
                ".." => path.Parent,
                _ => path / element,
            };
        }

        return new RemoteActorRef(Remote, LocalAddressToUse, path, ActorRefs.Nobody, Props.None, Deploy.None);
    }

    /// <summary>Whether a watch has to go through the remote watcher, which sends heartbeats on its behalf.</summary>
    public bool IsWatchIntercepted(IActorRef watchee, IActorRef watcher) =>
        !watcher.Equals(Remote.Provider.RemoteWatcher) && watchee.Path.Address == Path.Address && watchee.Path == Path;

    public override void SendSystemMessage(ISystemMessage message)
    {
        switch (message)
        {
            case Watch watch when IsWatchIntercepted(watch.Watchee, watch.Watcher):
                Remote.Provider.RemoteWatcher.Tell(new RemoteWatcher.WatchRemote(watch.Watchee, watch.Watcher));
                break;
            case Unwatch unwatch when IsWatchIntercepted(unwatch.Watchee, unwatch.Watcher):
                Remote.Provider.RemoteWatcher.Tell(new RemoteWatcher.UnwatchRemote(unwatch.Watchee, unwatch.Watcher));
                break;
            default:
                Remote.Send(message, null, this);
                break;
        }
    }

    public override void Start()
    {
    }

    public override void Stop() => SendSystemMessage(new Terminate());

    // Supervision does not reach across systems: an actor's parent is always local to it.
    public override void Suspend()
    {
    }

    public override void Resume(Exception causedByFailure = null)
    {
    }

    public override void Restart(Exception cause)
    {
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is null)
        {
            throw new InvalidMessageException("Message is null.");
        }

        Remote.Send(message, sender, this);
    }
}
