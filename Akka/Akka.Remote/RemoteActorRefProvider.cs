using Akka.Remote.Transport.Tcp;
using Akka.Serialization;

namespace Akka.Remote;

/// <summary>
/// Makes and finds actors of this system as the local provider does, and references to actors of other systems.
/// Actors are only ever created in their own system.
/// </summary>
[InternalApi]
public class RemoteActorRefProvider : IRemoteActorRefProvider
{
    private readonly LocalActorRefProvider _local;
    private readonly string _systemName;
    private ActorSystemImpl _system;
    private Information _serializationInformation;

    public RemoteActorRefProvider(string systemName, Settings settings, EventStream eventStream)
    {
        settings.InjectTopLevelFallback(
            ConfigurationFactory.FromResource("Akka.Remote.remote.conf", typeof(RemoteActorRefProvider).Assembly));
        _systemName = systemName;
        RemoteSettings = new RemoteSettings(settings.Config);
        _local = new LocalActorRefProvider(
            systemName,
            settings,
            eventStream,
            new Deployer(settings),
            path => new DeadLetterActorRef(this, path, eventStream));
    }

    public RemoteSettings RemoteSettings { get; }

    public RemoteTransport Transport { get; private set; }

    public IActorRef RemoteWatcher { get; private set; }

    public IInternalActorRef RootGuardian => _local.RootGuardian;

    public LocalActorRef Guardian => _local.Guardian;

    public LocalActorRef SystemGuardian => _local.SystemGuardian;

    public IActorRef DeadLetters => _local.DeadLetters;

    public ActorPath RootPath => _local.RootPath;

    public Settings Settings => _local.Settings;

    public Task TerminationTask => _local.TerminationTask;

    public IInternalActorRef TempContainer => _local.TempContainer;

    public Deployer Deployer => _local.Deployer;

    public Address DefaultAddress => Transport.DefaultAddress;

    public Information SerializationInformation =>
        _serializationInformation ??= new Information(DefaultAddress, _system);

    public virtual void Init(ActorSystemImpl system)
    {
        _system = system;
        _local.Init(system);
        Transport = new TcpRemoting(system, this);
        RemoteWatcher = CreateRemoteWatcher(system);
        Transport.Start();
        system.SystemActorOf(
            RemoteSettings.ConfigureDispatcher(
                Props.Create(() => new RemotingTerminator(system.SystemGuardian, Transport)).WithDeploy(Deploy.Local)),
            "remoting-terminator");
    }

    public ActorPath TempPath() => _local.TempPath();

    public void RegisterTempActor(IInternalActorRef actorRef, ActorPath path) => _local.RegisterTempActor(actorRef, path);

    public void UnregisterTempActor(ActorPath path) => _local.UnregisterTempActor(path);

    public FutureActorRef<T> CreateFutureRef<T>(TaskCompletionSource<T> tcs) => new(tcs, null, this);

    public IInternalActorRef ActorOf(
        ActorSystemImpl system,
        Props props,
        IInternalActorRef supervisor,
        ActorPath path,
        bool systemService,
        Deploy deploy,
        bool lookupDeploy,
        bool async) =>
        _local.ActorOf(system, props, supervisor, path, systemService, deploy, lookupDeploy, async);

    public bool HasAddress(Address address) =>
        address == _local.RootPath.Address || (Transport is not null && Transport.Addresses.Contains(address));

    public Address GetExternalAddressFor(Address address)
    {
        if (HasAddress(address))
        {
            return _local.RootPath.Address;
        }

        return string.IsNullOrEmpty(address.Host) || !address.Port.HasValue
            ? null
            : Transport.LocalAddressForRemote(address);
    }

    public IActorRef RootGuardianAt(Address address) =>
        HasAddress(address)
            ? RootGuardian
            : CreateRemoteRef(new RootActorPath(address), Transport.LocalAddressForRemote(address));

    public IActorRef ResolveActorRef(string path) => InternalResolveActorRef(path);

    public IActorRef ResolveActorRef(ActorPath actorPath) => HasAddress(actorPath.Address)
        ? ResolveLocal(WirePath.Relative(actorPath))
        : CreateReachableRef(actorPath, DefaultAddress);

    public IActorRef InternalResolveActorRef(string path) => ResolveActorRefWithLocalAddress(path, DefaultAddress);

    public IInternalActorRef ResolveActorRefWithLocalAddress(string path, Address localAddress)
    {
        if (!ActorPath.TryParse(path, out var actorPath))
        {
            Transport.Log.Debug("resolve of unknown path [{0}] failed", path);
            return (IInternalActorRef)DeadLetters;
        }

        return HasAddress(actorPath.Address)
            ? ResolveLocal(WirePath.Relative(actorPath))
            : CreateReachableRef(actorPath, localAddress);
    }

    public void Quarantine(Address address, int? uid) => Transport.Quarantine(address, uid);

    /// <summary>The actor of this system at a path without address; dead letters' stand-in when there is none.</summary>
    internal IInternalActorRef ResolveLocal(string relativePath) =>
        ActorPath.TryParse(_local.RootPath, relativePath, out var path)
            ? (IInternalActorRef)_local.ResolveActorRef(path)
            : (IInternalActorRef)DeadLetters;

    protected virtual IInternalActorRef CreateRemoteRef(ActorPath actorPath, Address localAddress) =>
        new RemoteActorRef(Transport, localAddress, actorPath, ActorRefs.Nobody, Props.None, Deploy.None);

    protected virtual IActorRef CreateRemoteWatcher(ActorSystemImpl system) =>
        system.SystemActorOf(
            RemoteSettings.ConfigureDispatcher(Akka.Remote.RemoteWatcher.Props(
                CreateRemoteWatcherFailureDetector(system),
                RemoteSettings.WatchHeartBeatInterval,
                RemoteSettings.WatchUnreachableReaperInterval,
                RemoteSettings.WatchHeartbeatExpectedResponseAfter)),
            "remote-watcher");

    protected DefaultFailureDetectorRegistry<Address> CreateRemoteWatcherFailureDetector(ActorSystem system) =>
        new(() => FailureDetectorLoader.Load(
            RemoteSettings.WatchFailureDetectorImplementationClass,
            RemoteSettings.WatchFailureDetectorConfig,
            system));

    // Paths come from outside; one that no transport leads to is nobody's, not an error.
    private IInternalActorRef CreateReachableRef(ActorPath actorPath, Address localAddress)
    {
        if (actorPath.Address.HasGlobalScope && actorPath.Address.Port.HasValue
            && actorPath.Address.Protocol == DefaultAddress.Protocol)
        {
            return CreateRemoteRef(actorPath, localAddress);
        }

        Transport.Log.Debug("No transport leads to [{0}]", actorPath);
        return new EmptyLocalActorRef(this, actorPath, _local.EventStream);
    }
}
