using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.GrpcProxy.Leasing;
using ActorEtcd.Host.Http;
using ActorEtcd.Host.Logging;
using ActorEtcd.Host.Metrics;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Server;
using ActorEtcd.Host.Services;
using ActorEtcd.Host.Tls;
using Akka.Actor;
using Google.Protobuf.Reflection;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// A process that speaks etcd's gRPC API to clients and to a cluster (etcd: <c>grpc-proxy</c>). It keeps nothing but what
/// clients ask for at the moment, and answers that it has had.
/// </summary>
internal sealed class GrpcProxyServer : IAsyncDisposable
{
    private const string Caller = "grpc-proxy";

    /// <summary>What gRPC's own servers take when nothing else is said, without the room that <see cref="GrpcOptions"/> adds.</summary>
    private const int RequestBytesMax = (4 << 20) - (512 << 10);

    private const int OwnedKeysMax = 65_536;
    private const long OwnedBytesMax = 64 << 20;

    /// <summary>Scripts of web pages have no business here: etcd's proxy does not let them in either.</summary>
    private const string NoOrigin = "none";

    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);

    // The cluster has been patient already when it says that there is no leader.
    private static readonly TimeSpan LeaderCheckInterval = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan SyncWithin = TimeSpan.FromSeconds(5);

    private readonly GrpcProxyOptions _options;
    private readonly LogWriter _log;
    private readonly Upstream _upstream;
    private readonly KeyNamespace _space;
    private readonly ActorSystem _system;
    private readonly MetricRegistry _registry = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<FrontDoor> _doors = [];
    private readonly LeaderMonitor _leaderMonitor;
    private readonly LeaderRequirement _leader;
    private readonly ProxyRegistration? _registration;
    private readonly Task _syncing;
    private LeasingSession? _leasing;

    private GrpcProxyServer(GrpcProxyOptions options, LogWriter log)
    {
        _options = options;
        _log = log;
        _upstream = new Upstream(options);
        _space = new KeyNamespace(options.Namespace);
        AkkaLogActor.Use(log);
        _system = ActorSystem.Create("grpc-proxy", AkkaConfig.ForActorsAlone());
        AkkaLogActor.EndStart();
        _leaderMonitor = new LeaderMonitor(_upstream);
        _leader = new LeaderRequirement(() => _leaderMonitor.HasLeader, LeaderCheckInterval);
        _registration = options.ResolverPrefix.Length > 0 ? new ProxyRegistration(options, _upstream, _space, log) : null;
        _syncing = options.AutoSyncInterval > TimeSpan.Zero ? SyncAsync() : Task.CompletedTask;
    }

    /// <summary>Listens; the cluster need not be there yet.</summary>
    /// <exception cref="ListenException">An address cannot be listened on.</exception>
    /// <exception cref="ConfigException">A file of TLS is missing or no good.</exception>
    public static async Task<GrpcProxyServer> StartAsync(GrpcProxyOptions options, LogWriter log)
    {
        var server = new GrpcProxyServer(options, log);
        try
        {
            await server.ListenAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_doors.Select(static door => door.StopAsync(StopGrace)));
        foreach (var door in _doors)
        {
            await door.DisposeAsync();
        }

        await (_leasing?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_registration?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _leader.DisposeAsync();
        await _leaderMonitor.DisposeAsync();
        await _syncing;
        await _system.Terminate();
        await _upstream.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ListenAsync()
    {
        var loggers = new HostLoggerFactory(_log);
        ProcessMetrics.Register(_registry);
        var tls = _options.ListenTls is { } files ? new TlsServer(files, TimeProvider.System, loggers.CreateLogger(Caller)) : null;
        var http = new ProxyHttp(_options, _upstream, _space, _registry, OwnTls());
        var router = http.Map(new HttpRouter());
        if (_options.ServesProfiles)
        {
            DebugEndpoints.MapProfiles(router);
        }

        await OpenAsync(new ListenEndPoint(_options.Listen, tls), Methods(), router, loggers);
        if (_options.MetricsListen is { } metrics)
        {
            await OpenAsync(
                new ListenEndPoint(metrics, _options.MetricsOverTls ? tls : null), new GrpcMethodTable(new MetricRegistry()), http.Map(new HttpRouter()), loggers);
        }

        _log.Write(
            LogSeverity.Info, Caller, "started gRPC proxy", ("address", _doors[0].EndPoints[0].ToString()), ("endpoints", _options.Endpoints.Select(static endpoint => endpoint.Text)));
    }

    private async Task OpenAsync(ListenEndPoint endPoint, GrpcMethodTable methods, HttpRouter router, HostLoggerFactory loggers)
        => _doors.Add(await FrontDoor.StartAsync(
            new FrontDoorOptions
            {
                EndPoints = [endPoint],
                Grpc = new GrpcOptions { MaxRequestBytes = RequestBytesMax, Leader = _leader },
                Access = new HttpAccess([NoOrigin], []),
                MaxConcurrentStreams = _options.MaxConcurrentStreams,
                KeepAliveMinTime = _options.KeepAliveMinTime,
                KeepAliveInterval = _options.KeepAliveInterval,
                KeepAliveTimeout = _options.KeepAliveTimeout,
            },
            methods,
            router,
            loggers));

    // The proxy trusts itself; a certificate that clients must show is one that it has itself.
    private CtlTls? OwnTls() => _options.ListenTls is { } own
        ? CtlTls.Load(own.Certificate, own.Key, "", "", skipsVerification: true, isDefault: true)
        : null;

    private GrpcMethodTable Methods()
    {
        var table = new GrpcMethodTable(_registry, _options.LogsCalls ? new CallLog(_log) : null);
        var metrics = new ProxyMetrics(_registry);
        var seen = new RevisionsSeen();
        var passage = new Passage(_upstream);
        var hub = _system.ActorOf(
            ProxyWatchHubActor.Props(() => WatchRangeActor.Props(_upstream, _space, seen, metrics)), "watch");
        new KvProxy(_upstream, KvOf(seen), seen, metrics, _options.OrdersSerializableReads).Register(table);
        new WatchProxy(_upstream, _space, seen, hub).Register(table);
        new LeaseProxy(_upstream).Register(table);
        new ClusterProxy(_options, _registration, passage.HandlerOf(EtcdMethods.Cluster, "MemberList", GrpcMethodType.Unary, mayRepeat: true))
            .Register(table);
        if (!_space.IsWhole)
        {
            new NamespacedMethods(_upstream, _space).Register(table);
        }

        table.AddOthers(passage.UnknownAsync);
        foreach (var method in ServiceDescriptors.All.SelectMany(static file => file.Services).SelectMany(static service => service.Methods))
        {
            var (service, name, type) = (method.Service.FullName, method.Name, TypeOf(method));
            if (!table.Has(service, name))
            {
                table.Add(service, name, type, passage.HandlerOf(service, name, type, IsRead(name)));
            }
        }

        return table;
    }

    private IClusterKv KvOf(RevisionsSeen seen)
    {
        var kv = new ClusterKv(_upstream, _space, seen, _options.OrdersSerializableReads);
        if (_options.LeasingPrefix.Length == 0)
        {
            return kv;
        }

        var leasingKeys = new KeyNamespace(_options.LeasingPrefix);
        var table = new LeasingTable(leasingKeys, OwnedKeysMax, OwnedBytesMax, static () => Environment.TickCount64);
        var handover = new LeasingHandover(kv, table, leasingKeys);
        _leasing = new LeasingSession(_upstream, _space, leasingKeys, table, handover, _options.LeasingTimeToLive, _log);
        return new LeasingKv(kv, table, _leasing, handover, leasingKeys, seen);
    }

    private static GrpcMethodType TypeOf(MethodDescriptor method) => (method.IsClientStreaming, method.IsServerStreaming) switch
    {
        (false, false) => GrpcMethodType.Unary,
        (false, true) => GrpcMethodType.ServerStream,
        (true, false) => GrpcMethodType.ClientStream,
        _ => GrpcMethodType.BidiStream,
    };

    private static bool IsRead(string name) => name is "LeaseTimeToLive" or "LeaseLeases" or "MemberList" or "Status" or "Hash" or "HashKV"
        or "AuthStatus" or "UserGet" or "UserList" or "RoleGet" or "RoleList" or "Leader" or "Check" or "List" or "Authenticate";

    private async Task SyncAsync()
    {
        using var timer = new PeriodicTimer(_options.AutoSyncInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                await SyncOnceAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The proxy stops.
        }
    }

    private async Task SyncOnceAsync()
    {
        try
        {
            var context = CallContext.Own(SyncWithin, _stop.Token);
            var channel = await _upstream.PickAsync(context);
            var list = await channel.UnaryAsync(EtcdMethods.MemberList, new MemberListRequest(), context.Remaining, context.Cancellation);
            CtlEndpoint[] endpoints = [.. list.Members.Where(static member => !member.IsLearner).SelectMany(static member => member.ClientURLs).Select(CtlEndpoint.Parse)];
            if (endpoints.Length > 0)
            {
                _upstream.Replace(endpoints);
            }
        }
        catch (Exception failure) when (failure is GrpcStatusException or GrpcCallException)
        {
            _log.Write(LogSeverity.Warn, Caller, "the members were not told", ("error", failure.Message));
        }
    }
}
