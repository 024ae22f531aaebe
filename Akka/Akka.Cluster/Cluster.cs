using Akka.Remote;

namespace Akka.Cluster;

/// <summary>
/// The cluster as one of its nodes sees it. A system joins once; after it left or was downed only a new system at its
/// address can join again.
/// </summary>
public partial class Cluster : IExtension
{
    private readonly IActorRef _daemon;
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<IDowningProvider> _downingProvider;
    private readonly Member _noMember;
    private Published _published;
    private int _leaving;
    private bool _hasEnded;

    public Cluster(ActorSystemImpl system)
    {
        System = system;
        system.Settings.InjectTopLevelFallback(DefaultConfig());
        if (system.Provider is not IClusterActorRefProvider provider)
        {
            throw new ConfigurationException(
                $"ActorSystem {system} needs to have a 'ClusterActorRefProvider' enabled in the configuration, currently uses {system.Provider.GetType().FullName}");
        }

        Settings = new ClusterSettings(system.Settings.Config, system.Name);
        SelfUniqueAddress = new UniqueAddress(provider.Transport.DefaultAddress, AddressUidExtension.Uid(system));
        _noMember = Member.Removed(SelfUniqueAddress, Settings.Roles, Settings.AppVersion);
        _published = new Published(Gossip.Empty, new ClusterEvent.CurrentClusterState(), _noMember);
        FailureDetector = new DefaultFailureDetectorRegistry<Address>(() => FailureDetectorLoader.Load(
            Settings.FailureDetectorImplementationClass, Settings.FailureDetectorConfig, system));
        _downingProvider = new Lazy<IDowningProvider>(
            () => (IDowningProvider)Activator.CreateInstance(Settings.DowningProviderType, system, this));
        _daemon = system.SystemActorOf(
            Props.Create(() => new ClusterDaemon(this)).WithDispatcher(Settings.UseDispatcher), ClusterPaths.Daemon);
        AddShutdownTasks(CoordinatedShutdown.Get(system));
    }

    public ClusterSettings Settings { get; }

    public ExtendedActorSystem System { get; }

    public UniqueAddress SelfUniqueAddress { get; }

    public Address SelfAddress => SelfUniqueAddress.Address;

    public ImmutableHashSet<string> SelfRoles => Settings.Roles;

    public DefaultFailureDetectorRegistry<Address> FailureDetector { get; }

    public IDowningProvider DowningProvider => _downingProvider.Value;

    /// <summary>The state as it was last published; readable by any thread.</summary>
    public ClusterEvent.CurrentClusterState State => Volatile.Read(ref _published).State;

    /// <summary>This node; removed while it is not a member.</summary>
    public Member SelfMember => Volatile.Read(ref _published).Self;

    public bool IsUp => SelfMember.Status is MemberStatus.Up or MemberStatus.WeaklyUp;

    public bool IsTerminated => Volatile.Read(ref _hasEnded);

    public static Cluster Get(ActorSystem system) => system.WithExtension<Cluster, ClusterExtension>();

    public void Subscribe(IActorRef subscriber, params Type[] to) =>
        Subscribe(subscriber, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, to);

    public void Subscribe(
        IActorRef subscriber, ClusterEvent.SubscriptionInitialStateMode initialStateMode, params Type[] to)
    {
        if (to.Length == 0)
        {
            throw new ArgumentException("At least one `IClusterDomainEvent` class is required", nameof(to));
        }

        if (Array.Find(to, type => !typeof(ClusterEvent.IClusterDomainEvent).IsAssignableFrom(type)) is { } other)
        {
            throw new ArgumentException($"Subscribe to `IClusterDomainEvent` or subclasses, was [{other}]", nameof(to));
        }

        _daemon.Tell(new Subscribe(subscriber, initialStateMode, [.. to]));
    }

    public void Unsubscribe(IActorRef subscriber) => Unsubscribe(subscriber, null);

    public void Unsubscribe(IActorRef subscriber, Type to) => _daemon.Tell(new Unsubscribe(subscriber, to));

    public void SendCurrentClusterState(IActorRef receiver) => _daemon.Tell(new SendCurrentClusterState(receiver));

    /// <summary>Becomes a member of the cluster of the node at the address. One's own address: forms a new cluster.</summary>
    public void Join(Address address) => _daemon.Tell(new JoinTo(FillLocal(address)));

    public Task JoinAsync(Address address, CancellationToken token = default) =>
        JoinedBy(() => Join(address), $"address: {address}", token);

    /// <summary>Joins the first of these that is in a cluster. Only the first of the list may form a new one.</summary>
    public void JoinSeedNodes(IEnumerable<Address> seedNodes) =>
        _daemon.Tell(new JoinSeedNodes([.. seedNodes.Select(FillLocal)]));

    public Task JoinSeedNodesAsync(IEnumerable<Address> seedNodes, CancellationToken token = default)
    {
        var nodes = seedNodes.ToList();
        return JoinedBy(() => JoinSeedNodes(nodes), $"addresses: [{string.Join(",", nodes)}]", token);
    }

    /// <summary>Makes the member at the address leave: leaving, exiting, removed. It can be another one.</summary>
    public void Leave(Address address)
    {
        if (FillLocal(address) == SelfAddress)
        {
            LeaveAsync();
        }
        else
        {
            _daemon.Tell(new Leave(FillLocal(address)));
        }
    }

    /// <summary>Leaves; done when this node is not a member any more.</summary>
    public Task LeaveAsync()
    {
        if (Interlocked.Exchange(ref _leaving, 1) == 0)
        {
            RegisterOnMemberRemoved(() => _left.TrySetResult());
            _daemon.Tell(new Leave(SelfAddress));
        }

        return _left.Task;
    }

    public Task LeaveAsync(CancellationToken cancellationToken) => LeaveAsync().WaitAsync(cancellationToken);

    /// <summary>Says that the member at the address is gone for good.</summary>
    public void Down(Address address) => _daemon.Tell(new Down(FillLocal(address)));

    /// <summary>Runs once, when this node is up; at once when it is up already.</summary>
    public void RegisterOnMemberUp(Action callback)
    {
        if (IsUp)
        {
            callback();
        }
        else
        {
            _daemon.Tell(new AddOnMemberUpListener(callback));
        }
    }

    /// <summary>Runs once, when this node is no member any more; at once when its time as one is over.</summary>
    public void RegisterOnMemberRemoved(Action callback)
    {
        if (IsTerminated)
        {
            callback();
        }
        else
        {
            _daemon.Tell(new AddOnMemberRemovedListener(callback));
        }
    }

    /// <summary>The path by which other nodes reach an actor of this one.</summary>
    public ActorPath RemotePathOf(IActorRef actorRef) => actorRef.Path.Address.HasGlobalScope
        ? actorRef.Path
        : (new RootActorPath(SelfAddress) / actorRef.Path.Elements).WithUid(actorRef.Path.Uid);

    internal static Config DefaultConfig() =>
        ConfigurationFactory.FromResource("Akka.Cluster.cluster.conf", typeof(Cluster).Assembly);

    internal void Publish(Gossip gossip, ClusterEvent.CurrentClusterState state) => Volatile.Write(
        ref _published, new Published(gossip, state, gossip.Members.GetValueOrDefault(SelfUniqueAddress, _noMember)));

    /// <summary>Ends this node's part in the cluster at once. What its actors still have to do comes after.</summary>
    internal void Shutdown()
    {
        if (!Interlocked.Exchange(ref _hasEnded, true))
        {
            System.Stop(_daemon);
        }
    }

    private Address FillLocal(Address address) =>
        address.HasLocalScope && address.System == SelfAddress.System ? SelfAddress : address;

    private Task JoinedBy(Action join, string target, CancellationToken token)
    {
        if (IsTerminated)
        {
            throw new ClusterJoinFailedException("Cluster has already been terminated");
        }

        if (IsUp)
        {
            return Task.CompletedTask;
        }

        var joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var registration = token.Register(() => joined.TrySetException(
            new ClusterJoinFailedException($"Node has not managed to join the cluster using provided {target}")));
        RegisterOnMemberUp(() =>
        {
            registration.Dispose();
            joined.TrySetResult();
        });
        join();
        return joined.Task;
    }

    private sealed record Published(Gossip Gossip, ClusterEvent.CurrentClusterState State, Member Self);
}
