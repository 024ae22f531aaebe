using System.Collections.Immutable;
using ActorEtcd.Alarms;
using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Compaction;
using ActorEtcd.Host.Auth;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Gateway;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Http;
using ActorEtcd.Host.Http.V2;
using ActorEtcd.Host.Import;
using ActorEtcd.Host.Logging;
using ActorEtcd.Host.Metrics;
using ActorEtcd.Host.Services;
using ActorEtcd.Host.Telemetry;
using ActorEtcd.Lease;
using ActorEtcd.Members;
using ActorEtcd.Peers;
using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Persistence.Journal;
using ActorEtcd.Persistence.Segments;
using ActorEtcd.Persistence.Serialization;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using ActorEtcd.Watch;
using Akka.Actor;

namespace ActorEtcd.Host.Server;

/// <summary>
/// One server process: data directory, actor system, node and front door, started in this order and stopped in the
/// other. Every failure to start is an exception whose message is the one line for the operator.
/// </summary>
public sealed class EtcdServer : IAsyncDisposable
{
    private const string Caller = "server";

    /// <summary>What a request may be larger than its limit before gRPC itself refuses it (etcd: <c>grpcOverheadBytes</c>).</summary>
    private const int GrpcOverheadBytes = 512 * 1024;

    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PublishPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeaveDelayMin = TimeSpan.FromSeconds(1);
    private static readonly Version RangeStreamSince = new(3, 7);

    private readonly ServerOptions _options;
    private readonly LogWriter _log;
    private readonly ServerExit _exit;
    private readonly DataDirectory _directory;
    private readonly MeasuredSegmentStorage _segments;
    private readonly ActorSystem _system;
    private readonly PeerPortForwarder _forwarder;
    private readonly MembersWriter _membersWriter;
    private readonly CancellationTokenSource _stopping = new();
    private readonly DiskSpace _diskSpace = new();
    private LeaderRequirement? _leader;
    private ServerTelemetry? _telemetry;
    private ServerDoors? _doors;
    private EtcdNode? _node;

    private EtcdServer(
        ServerOptions options,
        LogWriter log,
        ServerExit exit,
        DataDirectory directory,
        MeasuredSegmentStorage segments,
        ActorSystem system,
        PeerPortForwarder forwarder)
    {
        _options = options;
        _log = log;
        _exit = exit;
        _directory = directory;
        _segments = segments;
        _system = system;
        _forwarder = forwarder;
        _membersWriter = new MembersWriter(directory, log);
    }

    /// <summary>Starts a server; requests are taken when the task is done, and served once the cluster has a leader.</summary>
    public static async Task<EtcdServer> StartAsync(ServerOptions options, LogWriter log, ServerExit exit)
    {
        await new EtcdTakeover(options.DataDirectory, options.WalDirectory, options.Name, log).RunAsync();
        try
        {
            return await StartOnceAsync(options, log, exit);
        }
        catch (NodeFailedException damaged) when (damaged.IsDamage)
        {
            DamagedMember.SetAside(options, damaged, log);
            return await StartOnceAsync(options, log, exit);
        }
    }

    private static async Task<EtcdServer> StartOnceAsync(ServerOptions options, LogWriter log, ServerExit exit)
    {
        var directory = DataDirectory.Open(options.DataDirectory, options.WalDirectory);
        ActorSystem? system = null;
        EtcdServer? server = null;
        try
        {
            ListenPorts.CheckFree(options.ListenPeerUrls);
            ListenPorts.CheckFree([.. options.ListenClientUrls, .. options.ListenHttpUrls, .. options.ListenMetricsUrls], options.ReusePort);
            AkkaLogActor.Use(log);
            var bootstrap = await Bootstrap.LoadAsync(options, directory);
            LogIdentity(options, log, bootstrap);
            system = ActorSystem.Create(
                PeerAddresses.SystemName, PeerTls.SetupOf(options, AkkaConfig.For(options, bootstrap, directory)));
            PeerTls.CheckRules(options, system);
            var forwarder = PeerPortForwarder.Start(options.ListenPeerUrls);
            var segments = new MeasuredSegmentStorage(new FileSegmentStorage(directory.SegmentsPath));
            server = new EtcdServer(options, log, exit, directory, segments, system, forwarder);
            await server.RunAsync(bootstrap);
            AkkaLogActor.EndStart();
            return server;
        }
        catch
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
            else
            {
                await (system?.Terminate() ?? Task.CompletedTask);
                directory.Dispose();
            }

            throw;
        }
    }

    /// <summary>Stops in order: leadership goes to another member, calls end, everything written is on disk.</summary>
    public async Task StopAsync()
    {
        ServiceManager.Stopping();
        await _stopping.CancelAsync();
        if (_node is { } node && node.Status.Leader == node.Settings.Raft.Id && node.Members.Members.Count > 1)
        {
            await HandOverAsync(node);
        }

        if (_doors is not null)
        {
            await _doors.StopAsync(StopGrace);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_doors is not null)
        {
            await _doors.DisposeAsync();
        }

        if (_leader is not null)
        {
            await _leader.DisposeAsync();
        }

        _telemetry?.Dispose();
        await _forwarder.DisposeAsync();
        await _system.Terminate();
        await _membersWriter.DisposeAsync();
        _directory.Dispose();
        _stopping.Dispose();
    }

    private static void LogIdentity(ServerOptions options, LogWriter log, Bootstrap bootstrap) => log.Write(
        LogSeverity.Info,
        Caller,
        bootstrap.IsNew ? "starting a new member" : "restarting the member; --initial-* flags are ignored",
        ("name", options.Name),
        ("member-id", bootstrap.Self.ToString()),
        ("cluster-id", bootstrap.ClusterId.ToString("x", System.Globalization.CultureInfo.InvariantCulture)),
        ("data-dir", options.DataDirectory),
        ("listen-peer-urls", options.ListenPeerUrls.Select(static url => url.ToString())),
        ("advertise-client-urls", options.AdvertiseClientUrls.Select(static url => url.ToString())),
        ("listen-client-urls", options.ListenClientUrls.Select(static url => url.ToString())));

    private async Task RunAsync(Bootstrap bootstrap)
    {
        var registry = new MetricRegistry();
        ProcessMetrics.Register(registry);
        var peers = new PeerMetrics(registry);
        var peerStats = new V2PeerStats(peers);
        PeerTraffic.Get(_system).Observer = peerStats;
        PeerTraffic.Get(_system).ClusterId = bootstrap.ClusterId;
        _segments.FlushDuration = registry.Histogram(
            "etcd_disk_backend_commit_duration_seconds",
            "How long flushes of the store's segments at a checkpoint take.",
            Histogram.Exponential(0.001, 2, 14));
        var services = WalServices.Get(_system);
        services.Observer = new WalMetrics(registry, _diskSpace, _log);
        services.SnapshotFiles = new SnapshotFileMetrics(registry);
        services.FatalHandler = new LoggingFatalHandler(_log);

        var started = new Pending<EtcdNode>();
        _system.ActorOf(EtcdActor.Props(SettingsOf(bootstrap, peers, peerStats, registry), started), EtcdActor.Name);
        var node = _node = await CompleteAsync(started);

        var headers = new ResponseHeaders(node);
        var table = new GrpcMethodTable(registry, new LearnerGuard(node, new AccessGuard(node)), _options.ExtensiveMetrics);
        new KvService(node, headers).Register(table);
        new WatchService(node, headers, new WatchMetrics(registry)).Register(table);
        new LeaseService(node, headers).Register(table);
        new ClusterService(node, headers, registry, TimeProvider.System).Register(table);
        new MaintenanceService(node, headers, new HashMetrics(registry), new StorageMetrics(registry), _options.CompatVersion).Register(table);
        new SnapshotService(node, new StorageMetrics(registry), _options.CompatVersion).Register(table);
        new LockService(node, headers).Register(table);
        new ElectionService(node, headers).Register(table);
        if (!Bcrypt.IsAvailable)
        {
            _log.Write(LogSeverity.Warn, Caller, "libcrypt.so.1 is missing (Debian: libcrypt1): requests with passwords are refused");
        }

        var bcrypt = new Bcrypt(_options.BcryptCost);
        new AuthService(node, headers, bcrypt).Register(table);
        HealthService.Register(table);
        ReflectionService.Register(table);
        if (Version.Parse(_options.CompatVersion) >= RangeStreamSince)
        {
            new RangeStreamService(node, headers).Register(table);
        }

        NodeMetrics.Register(registry, node, _options.CompatVersion);
        NodeMetrics.Register(registry, _options.Features);
        UnsentMessages.CountIn(_system, node, peers);
        _telemetry = _options.Tracing is { } tracing ? ServerTelemetry.Start(tracing, registry) : null;
        var info = new NodeInfo(node, _options.CompatVersion);
        var router = new HttpRouter().MapStandard(info, registry);
        DebugEndpoints.MapVariables(router, () => RaftStatus(node), () => Peers(node));
        if (_options.EnablePprof)
        {
            DebugEndpoints.MapProfiles(router);
        }

        if (_options.EnableV2)
        {
            router.MapV2(node, _options.Name, bcrypt, registry, peerStats, _stopping.Token);
        }

        _leader = new LeaderRequirement(() => node.Status.HasLeader, _options.ElectionTimeout);
        var grpc = new GrpcOptions { MaxRequestBytes = _options.RequestBytesMax, Leader = _leader, SlowRequests = new SlowRequests(_options.WarningRequestDuration, _options.WarningApplyDuration, _log, TimeProvider.System) };
        var loggers = new HostLoggerFactory(_log);
        if (_options.EnableGateway)
        {
            new JsonGateway(table, grpc, _options.CompatVersion, loggers) { IsAuthEnabled = () => node.Auth.IsEnabled }.Map(router);
        }

        _doors = await ServerDoors.StartAsync(_options, grpc, table, router, probes => probes.MapProbes(info, registry), loggers);
        _ = PublishAsync(node);
    }

    private static Dictionary<string, object> RaftStatus(EtcdNode node) => new()
    {
        ["id"] = node.Settings.Raft.Id.ToString(),
        ["term"] = node.Status.Term,
        ["lead"] = node.Status.Leader.ToString(),
        ["commit"] = node.Status.CommitIndex,
        ["applied"] = node.AppliedIndex,
    };

    private static Dictionary<string, object> Peers(EtcdNode node) => node.Settings.Reachability.Current.ToDictionary(
        static peer => peer.Key.ToString(),
        static object (peer) => new Dictionary<string, object>
        {
            ["reachable"] = peer.Value.IsReachable,
            ["clientURLs"] = peer.Value.ClientUrls,
            ["version"] = peer.Value.Version,
        });

    // A member that lost its log waits for the others, perhaps for long: it can be told to stop meanwhile.
    private async Task<EtcdNode> CompleteAsync(Pending<EtcdNode> started)
    {
        var completion = started.Completion.AsTask();
        return await Task.WhenAny(completion, _exit.Code) == completion
            ? await completion
            : throw new OperationCanceledException("told to stop before this member could serve");
    }

    private async Task NoteLogRegainedAsync()
    {
        await Task.Yield();
        try
        {
            _directory.NoteLogRegained();
            _log.Write(LogSeverity.Info, Caller, "what was damaged has been brought back by the other members; this member votes again");
        }
        catch (IOException failure)
        {
            _log.Write(LogSeverity.Warn, Caller, "the next start will think that the log is lost", ("error", failure.Message));
        }
    }

    // etcd: EtcdServer.publish. The lines tell programs that wait for them that clients are served from now on.
    private async Task PublishAsync(EtcdNode node)
    {
        var urls = _options.AdvertiseClientUrls.Select(static url => url.ToString()).ToImmutableArray();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await node.PublishAsync(_options.Name, urls);
                var clusterId = node.Members.ClusterId.ToString("x", System.Globalization.CultureInfo.InvariantCulture);
                _log.Write(
                    LogSeverity.Info,
                    Caller,
                    $"published {{Name:{_options.Name} ClientURLs:[{string.Join(' ', urls)}]}} to cluster {clusterId}");
                _log.Write(LogSeverity.Info, Caller, $"enabled capabilities for version {_options.CompatVersion[.._options.CompatVersion.LastIndexOf('.')]}");
                _log.Write(LogSeverity.Info, Caller, "ready to serve client requests");
                ServiceManager.Ready();
                return;
            }
            catch (EtcdException refusal)
            {
                _log.Write(LogSeverity.Warn, Caller, "not published yet: the cluster has no leader that answers", ("reason", refusal.Error.ToString()));
                await Task.Delay(PublishPause, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task HandOverAsync(EtcdNode node)
    {
        try
        {
            var failure = await node.TransferLeadershipAsync(MemberId.None, _options.ElectionTimeout * 2);
            _log.Write(LogSeverity.Info, Caller, failure is null ? "handed leadership over" : $"leadership was not handed over: {failure}");
        }
        catch (AskTimeoutException)
        {
            _log.Write(LogSeverity.Warn, Caller, "leadership was not handed over in time");
        }
    }

    private EtcdSettings SettingsOf(Bootstrap bootstrap, PeerMetrics peers, V2PeerStats peerStats, MetricRegistry registry)
    {
        var config = _system.Settings.Config;
        var snapshots = new SnapshotMetrics(registry);
        var members = new MemberMetrics(registry, bootstrap.Self, () => _node?.Status.Leader == bootstrap.Self, snapshots.Know);
        members.Changed(bootstrap.Known);
        var gateway = EtcdConfig.Apply(config, GatewaySettings.For(_options.ElectionTimeout));
        return new EtcdSettings
        {
            Raft = EtcdConfig.Apply(config, new RaftSettings
            {
                Id = bootstrap.Self,
                InitialConfiguration = bootstrap.Configuration,
                HeartbeatInterval = _options.HeartbeatInterval,
                ElectionTimeout = _options.ElectionTimeout,
                ShortFirstElection = _options.ShortFirstElection,
                PreVote = _options.PreVote,
                RandomSeed = Environment.TickCount ^ (int)bootstrap.Self.Value,
                LostLogGroup = _directory.HasLostLog ? DamagedMember.GroupOf(bootstrap.Known) : null,
                Snapshots = snapshots,
            }) with
            {
                CatchUpEntries = _options.CatchUpEntries,
            },
            Bootstrap = bootstrap.State,
            BootstrapEntries = bootstrap.Entries,
            ForceNewCluster = _options.ForceNewCluster,
            StrictReconfigurationCheck = _options.StrictReconfigurationCheck,
            LearnersMax = _options.LearnersMax,
            Version = _options.CompatVersion,
            Peers = PeerAddresses.None.With(bootstrap.Known),
            Segments = _segments,
            Watch = new WatchSettings(_options.WatchProgressInterval, _options.RequestBytesMax + GrpcOverheadBytes),
            Lease = new LeaseSettings(bootstrap.Self, _options.ElectionTimeout, gateway.RequestTimeout) { Observer = new LeaseMetrics(registry) },
            Gateway = gateway,
            Apply = EtcdConfig.Apply(config, new ApplySettings(_options.SnapshotCount)
            {
                Compaction = new CompactionMetrics(registry),
                Observer = new ApplyMetrics(registry),
                SlowBatch = _options.WarningApplyDuration,
                Space = _diskSpace,
            }),
            Store = EtcdConfig.Apply(config, new StoreSettings()),
            RequestIds = new RequestIds(bootstrap.Self, TimeProvider.System.GetUtcNow()),
            AutoCompaction = new AutoCompactionSettings(_options.AutoCompaction.Period, _options.AutoCompaction.Revisions),
            AuthTokens = _options.AuthTokens,
            OnFatal = Fail,
            HashCheck = new HashCheckSettings
            {
                CheckAtStart = _options.Corruption.CheckAtStart,
                CheckTime = _options.Corruption.CheckTime,
                CompactionCheckTime = _options.Corruption.ChecksCompactions ? _options.Corruption.CompactionCheckTime : TimeSpan.Zero,
                AnswerWithin = gateway.RequestTimeout,
            },
            OnLogRegained = () => _ = Task.Run(NoteLogRegainedAsync),
            OnRemoved = () => _ = LeaveAsync(),
            MembersChanged = table =>
            {
                _membersWriter.Changed(table);
                members.Changed(table);
            },
            Reads = new ReadMetrics(registry),
            Reachability = new PeerReachability
            {
                Changed = (peer, isReachable) => ReachabilityChanged(peers, bootstrap.Self, peer, isReachable),
            },
            RoundTripMeasured = (member, duration) =>
            {
                peers.RoundTrip(member, duration);
                peerStats.RoundTrip(member, duration);
            },
            ServerVersion = ClusterVersions.MajorMinor(Version.Parse(_options.CompatVersion)),
            RequestBytesMax = _options.RequestBytesMax,
            TxnOpsMax = _options.TxnOpsMax,
            QuotaBytes = _options.QuotaBytes,
            LeaseTtlSecondsMin = LeaseSettings.TtlSecondsMin(_options.HeartbeatInterval, _options.ElectionTimeout),
        };
    }

    private void ReachabilityChanged(PeerMetrics peers, MemberId self, MemberId peer, bool isReachable)
    {
        peers.ReachabilityChanged(self, peer, isReachable);
        _log.Write(
            isReachable ? LogSeverity.Info : LogSeverity.Warn,
            Caller,
            isReachable ? "peer became active" : "peer became inactive (not every member reaches it)",
            ("peer-id", peer.ToString()));
    }

    // etcd: stopWithDelay in etcdserver/server.go. Meanwhile the others can still ask this member for its vote, which they
    // may need when they do not know yet that they can do without it.
    private async Task LeaveAsync()
    {
        _log.Write(LogSeverity.Warn, Caller, "server error", ("error", new MemberRemovedException().Message));
        _log.Write(LogSeverity.Warn, Caller, "data-dir used by this member must be removed");
        var delay = 3 * _options.ElectionTimeout;
        await Task.Delay(delay > LeaveDelayMin ? delay : LeaveDelayMin);
        _exit.TrySet(0);
    }

    private void Fail(string reason)
    {
        _log.Write(LogSeverity.Fatal, Caller, reason);
        _exit.TrySet(1);
    }
}
