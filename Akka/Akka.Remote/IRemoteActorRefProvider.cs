namespace Akka.Remote;

[InternalApi]
public interface IRemoteActorRefProvider : IActorRefProvider
{
    RemoteSettings RemoteSettings { get; }

    IActorRef RemoteWatcher { get; }

    RemoteTransport Transport { get; }

    /// <summary>Whether the address is one of this system's own.</summary>
    bool HasAddress(Address address);

    IActorRef InternalResolveActorRef(string path);

    IInternalActorRef ResolveActorRefWithLocalAddress(string path, Address localAddress);

    void Quarantine(Address address, int? uid);
}
