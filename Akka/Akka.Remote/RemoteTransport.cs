namespace Akka.Remote;

/// <summary>What the provider needs of a transport: to start it, send through it, and end it.</summary>
[InternalApi]
public abstract class RemoteTransport
{
    protected RemoteTransport(ExtendedActorSystem system, RemoteActorRefProvider provider)
    {
        System = system;
        Provider = provider;
        Log = Logging.GetLogger(system, GetType());
    }

    public ExtendedActorSystem System { get; }

    public RemoteActorRefProvider Provider { get; }

    public ILoggingAdapter Log { get; protected set; }

    /// <summary>Every address that this system is reached by.</summary>
    public abstract ISet<Address> Addresses { get; }

    public abstract Address DefaultAddress { get; }

    /// <summary>Binds and listens; when it returns, <see cref="DefaultAddress"/> is known.</summary>
    public abstract void Start();

    /// <summary>Writes what is queued, within the configured time, and closes every connection.</summary>
    public abstract Task Shutdown();

    /// <summary>Sends at most once, in order per sender and recipient. Never throws for what the peer does.</summary>
    public abstract void Send(object message, IActorRef sender, RemoteActorRef recipient);

    /// <summary>Commands of the transport's adapters, such as faults; false when none takes it.</summary>
    public abstract Task<bool> ManagementCommand(object cmd);

    public abstract Task<bool> ManagementCommand(object cmd, CancellationToken cancellationToken);

    public abstract Address LocalAddressForRemote(Address remote);

    /// <summary>Stops talking to one incarnation of a system; without a uid only closes the gate for a while.</summary>
    public abstract void Quarantine(Address address, int? uid);
}
