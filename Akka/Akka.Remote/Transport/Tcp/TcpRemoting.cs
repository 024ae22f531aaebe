using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Akka.Remote.Transport.Tcp;

/// <summary>
/// Remoting over TCP. Each system opens one connection to each other system that it sends to, and messages travel
/// on it in that direction only; the way back carries acknowledgements and answers to heartbeats.
/// </summary>
internal sealed partial class TcpRemoting : RemoteTransport
{
    public static readonly Address UnknownAddress = new("akka.tcp", "unknown");

    private readonly ConcurrentDictionary<Address, Association> _associations = new();
    private readonly ConcurrentDictionary<Address, InboundPeer> _peers = new();
    private readonly ConcurrentDictionary<InboundConnection, bool> _inbound = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly RemoteSettings _remoteSettings;
    private readonly Config _detectorConfig;
    private readonly string _detectorClass;
    private Socket _listener;
    private ICancelable _ticks;
    private Address _defaultAddress;
    private ISet<Address> _addresses = new HashSet<Address>();
    private IReadOnlyDictionary<Address, ImmutableArray<Address>> _routes = ImmutableDictionary<Address, ImmutableArray<Address>>.Empty;

    public TcpRemoting(ExtendedActorSystem system, RemoteActorRefProvider provider)
        : base(system, provider)
    {
        _remoteSettings = provider.RemoteSettings;
        Settings = new TcpSettings(system);
        Faults = Settings.Adapters.Length > 0
            ? new LinkFaults(Settings.Adapters, system.Settings.Config.GetInt("akka.remote.gremlin.seed", 0), Log)
            : null;
        Uid = AddressUidExtension.Uid(system);
        Encoder = new MessageEncoder(system, provider, Log, Settings.FrameSizeMax);
        Events = new EventPublisher(system, Log, _remoteSettings.RemoteLifecycleEventsLogLevel);
        _detectorConfig = system.Settings.Config.GetConfig("akka.remote.transport-failure-detector");
        _detectorClass = _detectorConfig.GetString("implementation-class");
        HeartbeatInterval = _detectorConfig.GetTimeSpan("heartbeat-interval", TimeSpan.FromSeconds(4));
        ResendInterval = system.Settings.Config.GetTimeSpan("akka.remote.resend-interval", TimeSpan.FromSeconds(2));
        Stopped = _stopped.Token;
    }

    public override Address DefaultAddress => _defaultAddress;

    public override ISet<Address> Addresses => _addresses;

    public int Uid { get; }

    public TcpSettings Settings { get; }

    /// <summary>Faults of links; null when the configuration applies no adapters.</summary>
    public LinkFaults Faults { get; }

    public MessageEncoder Encoder { get; }

    public EventPublisher Events { get; }

    public TimeSpan HeartbeatInterval { get; }

    public TimeSpan RetryGateClosedFor => _remoteSettings.RetryGateClosedFor;

    public TimeSpan QuarantineDuration => _remoteSettings.QuarantineDuration ?? TimeSpan.FromDays(5);

    public TimeSpan ResendInterval { get; }

    public TimeSpan SystemMessageDeliveryTimeout => _remoteSettings.InitialSysMsgDeliveryTimeout;

    public int SystemMessagesMax => _remoteSettings.SysMsgBufferSize;

    public int PendingMax => (int)Math.Min(int.MaxValue, 2L * _remoteSettings.LogBufferSizeExceeding);

    public bool LogReceive => _remoteSettings.LogReceive;

    public bool UntrustedMode => _remoteSettings.UntrustedMode;

    /// <summary>Cancelled when remoting ends.</summary>
    public CancellationToken Stopped { get; }

    public override void Start()
    {
        try
        {
            var endPoint = Settings.BindEndPoint();
            _listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            _listener.Bind(endPoint);
            _listener.Listen(Settings.Backlog);
        }
        catch (SocketException problem)
        {
            _listener?.Dispose();
            throw new RemoteTransportException(
                $"Failed to bind to {Settings.Hostname}:{Settings.Port}: {problem.Message}", problem);
        }

        var boundPort = ((IPEndPoint)_listener.LocalEndPoint).Port;
        _defaultAddress = new Address(
            Settings.Protocol, System.Name, Settings.PublicHostname, Settings.PublicPort > 0 ? Settings.PublicPort : boundPort);
        _addresses = new HashSet<Address> { _defaultAddress };
        Log.Info("Remoting started; listening on addresses : [{0}]", _defaultAddress);
        var every = TimeSpan.FromTicks(Math.Clamp(
            Math.Min(RetryGateClosedFor.Ticks, HeartbeatInterval.Ticks) / 2,
            TimeSpan.FromMilliseconds(20).Ticks,
            TimeSpan.FromMilliseconds(500).Ticks));
        _ticks = System.Scheduler.Advanced.ScheduleRepeatedlyCancelable(every, every, Tick);
        _ = Task.Run(Accept);
        Events.Publish(new RemotingListenEvent([_defaultAddress]));
    }

    public override Address LocalAddressForRemote(Address remote) => remote.Protocol == Settings.Protocol
        ? _defaultAddress
        : throw new RemoteTransportException(
            $"No transport is loaded for protocol: [{remote.Protocol}], available protocols: [{Settings.Protocol}]");

    public override void Send(object message, IActorRef sender, RemoteActorRef recipient)
    {
        if (_remoteSettings.LogSend)
        {
            Log.Debug("sending message [{0}] to [{1}] from [{2}]", message, recipient, sender);
        }

        var association = recipient.Association ??= AssociationTo(recipient.Path.Address);
        association.Send(message, sender, recipient);
    }

    public override void Quarantine(Address address, int? uid)
    {
        var association = AssociationTo(address);
        if (uid is not { } known)
        {
            association.Gate();
            return;
        }

        if (association.Quarantine(known))
        {
            Events.Publish(new QuarantinedEvent(address, known));
            CloseInbound(address, DisassociateReason.Quarantined);
        }
    }

    public override Task<bool> ManagementCommand(object cmd) => ManagementCommand(cmd, CancellationToken.None);

    // Of the subset alone: the places, each with host and port, at which the system of an address can be reached.
    public override Task<bool> ManagementCommand(object cmd, CancellationToken cancellationToken)
    {
        if (cmd is IReadOnlyDictionary<Address, ImmutableArray<Address>> routes)
        {
            Volatile.Write(ref _routes, routes);
            return Task.FromResult(true);
        }

        if (Faults is null || cmd is not ForceDisassociateExplicitly cut)
        {
            return Task.FromResult(Faults?.TryExecute(cmd) == true);
        }

        foreach (var association in _associations.Values.Where(a => IsSame(a.Remote, cut.Address)))
        {
            association.Gate();
        }

        foreach (var connection in _inbound.Keys.Where(c => IsSame(c.Remote, cut.Address)))
        {
            connection.Dispose();
        }

        return Task.FromResult(true);
    }

    public override async Task Shutdown()
    {
        _ticks?.Cancel();
        _listener?.Dispose();
        await Task.WhenAll(_associations.Values.Select(a => a.Close(_remoteSettings.FlushWait))).ConfigureAwait(false);
        await Task.WhenAll(_inbound.Keys.Select(c => c.Close(DisassociateReason.Shutdown))).ConfigureAwait(false);
        await _stopped.CancelAsync().ConfigureAwait(false);
        Events.Publish(new RemotingShutdownEvent());
    }

    public void DeadLetter(object message, IActorRef sender, RemoteActorRef recipient) =>
        System.DeadLetters.Tell(new DeadLetter(message, sender ?? System.DeadLetters, recipient), ActorRefs.NoSender);

    /// <summary>Where to dial the next time, after so many attempts that failed.</summary>
    public Address RouteTo(Address remote, uint failures) =>
        Volatile.Read(ref _routes).TryGetValue(remote, out var routes) && !routes.IsEmpty
            ? routes[(int)(failures % (uint)routes.Length)]
            : remote;

    public FailureDetector NewDetector() => FailureDetectorLoader.Load(_detectorClass, _detectorConfig, System);

    private Association AssociationTo(Address remote) =>
        _associations.GetOrAdd(remote, static (address, remoting) => new Association(remoting, address), this);

    private static bool IsSame(Address one, Address other) => one?.Host == other.Host && one?.Port == other.Port;

    private void Tick()
    {
        foreach (var association in _associations.Values)
        {
            association.Tick();
        }

        foreach (var connection in _inbound.Keys)
        {
            if (connection.IsSilent)
            {
                Log.Warning("No heartbeat on the connection from [{0}]; closing it", connection.Remote);
                connection.Dispose();
            }
        }
    }
}
