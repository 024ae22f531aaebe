using ActorEtcd.Host.Auth;
using ActorEtcd.Host.Logging;
using ActorEtcd.Host.Tls;

namespace ActorEtcd.Host.Config;

/// <summary>Makes checked options of flag values, with etcd's rules (<c>embed/config.go</c>).</summary>
public static class ServerOptionsReader
{
    // What 0 stands for.
    private const long SnapshotCountDefault = 10_000;
    private const int CatchUpEntriesDefault = 5_000;
    private const long QuotaBytesDefault = 2L * 1024 * 1024 * 1024;
    private static readonly TimeSpan WarningRequestDefault = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan WatchProgressDefault = TimeSpan.FromMinutes(10);

    private const long ElectionTimeoutMillisecondsMax = 50_000;

    /// <exception cref="ConfigException">A value or a combination is wrong.</exception>
    public static ServerOptions Read(FlagValues flags)
    {
        var name = flags.Text("name");
        var gates = FeatureGates.Read(flags);
        var log = LogSettings.Read(flags);
        var discovery = DiscoveryOptions.Read(flags);
        var proxy = ProxyOptions.Read(flags);
        var heartbeat = flags.Number("heartbeat-interval");
        var election = flags.Number("election-timeout");
        CheckTimes(heartbeat, election);
        var mayBeProxy = proxy.IsOn || discovery is { Url: not null, FallsBackToProxy: true };
        if (!mayBeProxy && flags.File is null && flags.IsGiven("listen-client-urls") && !flags.IsGiven("advertise-client-urls"))
        {
            throw new ConfigException("--advertise-client-urls is required when --listen-client-urls is set explicitly");
        }

        var advertisePeerUrls = DefaultHost.Advertised(flags, "initial-advertise-peer-urls", "listen-peer-urls");
        var cluster = flags.Text("initial-cluster") is { Length: > 0 } given
            ? given
            : string.Join(',', advertisePeerUrls.Select(url => $"{name}={url}"));
        var quota = flags.Number("quota-backend-bytes", min: long.MinValue);
        var protocol = TlsProtocol.Parse(flags.Text("tls-min-version"), flags.Text("tls-max-version"), flags.Text("cipher-suites"));
        var clientTls = ClientTlsOf(flags, protocol);
        var clientAutoTls = clientTls is null && flags.Switch("auto-tls");
        var servesTls = clientTls is not null || clientAutoTls;
        var peerTls = PeerTlsOf(flags, protocol);
        var peerAutoTls = peerTls is null && flags.Switch("peer-auto-tls");
        var dataDirectory = flags.Text("data-dir") is { Length: > 0 } directory ? directory : $"{name}.etcd";
        return new ServerOptions
        {
            Name = name,
            DataDirectory = Path.GetFullPath(dataDirectory),
            WalDirectory = flags.Text("wal-dir") is { Length: > 0 } wal ? Path.GetFullPath(wal) : null,
            ListenPeerUrls = OfOneScheme(Bindable(flags, "listen-peer-urls", servesTls: peerTls is not null || peerAutoTls)),
            ListenClientUrls = Bindable(flags, "listen-client-urls", servesTls),
            ListenHttpUrls = BindableOrNone(flags, "listen-client-http-urls", servesTls),
            ListenMetricsUrls = BindableOrNone(flags, "listen-metrics-urls", servesTls),
            ReusePort = flags.Switch("socket-reuse-port"),
            AdvertisePeerUrls = advertisePeerUrls,
            AdvertiseClientUrls = DefaultHost.Advertised(flags, "advertise-client-urls", "listen-client-urls"),
            InitialCluster = InitialMember.ParseCluster(cluster),
            InitialClusterToken = flags.Text("initial-cluster-token"),
            IsJoining = flags.Text("initial-cluster-state") == "existing",
            AdvertisesPeerUrls = flags.IsGiven("initial-advertise-peer-urls"),
            ForceNewCluster = flags.Switch("force-new-cluster"),
            StrictReconfigurationCheck = flags.Switch("strict-reconfig-check"),
            LearnersMax = (int)flags.Number("max-learners", min: 0, max: int.MaxValue),
            HeartbeatInterval = TimeSpan.FromMilliseconds(heartbeat),
            ElectionTimeout = TimeSpan.FromMilliseconds(election),
            ShortFirstElection = flags.Switch("initial-election-tick-advance"),
            PreVote = flags.Switch("pre-vote"),
            SnapshotsMax = flags.Number("max-snapshots", max: int.MaxValue) is > 0 and var kept ? (int)kept : int.MaxValue,
            SnapshotCount = flags.Number("snapshot-count") is > 0 and var count ? count : SnapshotCountDefault,
            CatchUpEntries = flags.Number("snapshot-catchup-entries", max: int.MaxValue) is > 0 and var entries ? (int)entries : CatchUpEntriesDefault,
            QuotaBytes = quota == 0 ? QuotaBytesDefault : quota < 0 ? long.MaxValue / 2 : quota,
            TxnOpsMax = (int)flags.Number("max-txn-ops", min: 1, max: int.MaxValue),
            RequestBytesMax = (int)flags.Number("max-request-bytes", min: 1, max: int.MaxValue / 2),
            ConcurrentStreamsMax = flags.Number("max-concurrent-streams", max: uint.MaxValue) is > 0 and var streams ? (uint)streams : uint.MaxValue,
            KeepAliveMinTime = flags.Duration("grpc-keepalive-min-time"),
            KeepAliveInterval = flags.Duration("grpc-keepalive-interval") is { Ticks: > 0 } interval ? interval : Timeout.InfiniteTimeSpan,
            KeepAliveTimeout = flags.Duration("grpc-keepalive-timeout"),
            EnableGateway = flags.Switch("enable-grpc-gateway"),
            HttpAccess = HttpAccess.Read(flags),
            EnableV2 = flags.Switch("enable-v2"),
            EnablePprof = flags.Switch("enable-pprof"),
            ExtensiveMetrics = flags.Text("metrics") == "extensive",
            WarningRequestDuration = flags.Duration("warning-unary-request-duration") is { Ticks: > 0 } slow ? slow : WarningRequestDefault,
            WarningApplyDuration = flags.Duration("warning-apply-duration"),
            Features = gates,
            Corruption = CorruptionOptions.Read(flags, gates),
            Discovery = discovery,
            Proxy = proxy,
            Tracing = TracingFlags.Read(flags),
            Hocon = HoconFile.Read(flags.TextOrNull("hocon-file")),
            AutoCompaction = AutoCompaction.Parse(flags.Text("auto-compaction-mode"), flags.Text("auto-compaction-retention")),
            WatchProgressInterval = flags.Duration("watch-progress-notify-interval") is { Ticks: > 0 } progress ? progress : WatchProgressDefault,
            ClientTls = clientTls,
            ClientAutoTls = clientAutoTls,
            PeerTls = peerTls,
            PeerAutoTls = peerAutoTls,
            TlsProtocol = protocol,
            SelfSignedYears = (int)flags.Number("self-signed-cert-validity", min: 1, max: 1000),
            AuthTokens = TokenOptions.Parse(
                flags.Text("auth-token"),
                TimeSpan.FromSeconds(flags.Number("auth-token-ttl", max: int.MaxValue)),
                TimeProvider.System),
            BcryptCost = BcryptCostOf(flags.Number("bcrypt-cost", min: int.MinValue)),
            Log = log,
            CompatVersion = CompatVersionOf(flags.Text("compat-version")),
        };
    }

    /// <summary>Checks what matters only to a member without data: that it is in the initial cluster, with its URLs.</summary>
    /// <exception cref="ConfigException">It is not.</exception>
    public static InitialMember CheckBootstrap(ServerOptions options)
        => CheckBootstrap(options.InitialCluster, options.Name, options.AdvertisePeerUrls);

    /// <summary>Checks that the name is in the cluster, with the URLs.</summary>
    /// <exception cref="ConfigException">It is not.</exception>
    public static InitialMember CheckBootstrap(
        IReadOnlyList<InitialMember> cluster, string name, IReadOnlyList<EtcdUrl> advertisePeerUrls)
    {
        var self = Find(cluster, name);
        var advertised = string.Join(',', advertisePeerUrls);
        var listed = string.Join(',', self.PeerUrls);
        return advertised == listed
            ? self
            : throw new ConfigException(
                $"--initial-cluster has {self.Name}={listed} but --initial-advertise-peer-urls is {advertised}; they must be the same");
    }

    /// <summary>Checks what a member needs that joins: its URLs are known to the cluster already.</summary>
    /// <exception cref="ConfigException">It is not in the initial cluster.</exception>
    public static InitialMember CheckJoin(ServerOptions options) => Find(options.InitialCluster, options.Name);

    private static InitialMember Find(IEnumerable<InitialMember> cluster, string name)
        => cluster.FirstOrDefault(member => member.Name == name)
            ?? throw new ConfigException($"couldn't find local name \"{name}\" in the initial cluster configuration");

    private static void CheckTimes(long heartbeat, long election)
    {
        foreach (var (name, value) in new[] { ("heartbeat-interval", heartbeat), ("election-timeout", election) })
        {
            if (value == 0)
            {
                throw new ConfigException($"--{name} must be >0 (set to 0ms)");
            }
        }

        if (election < 5 * heartbeat)
        {
            throw new ConfigException(
                $"--election-timeout[{election}ms] should be at least as 5 times as --heartbeat-interval[{heartbeat}ms]");
        }

        if (election > ElectionTimeoutMillisecondsMax)
        {
            throw new ConfigException(
                $"--election-timeout[{election}ms] is too long, and should be set less than {ElectionTimeoutMillisecondsMax}ms");
        }
    }

    private static TlsFiles? ClientTlsOf(FlagValues flags, TlsProtocol protocol) => TlsFiles.Of(
        flags.Text("cert-file"),
        flags.Text("key-file"),
        flags.Text("trusted-ca-file"),
        flags.Text("client-crl-file"),
        flags.Switch("client-cert-auth"),
        flags.List("client-cert-allowed-hostname"),
        commonNames: [],
        protocol);

    private static TlsFiles? PeerTlsOf(FlagValues flags, TlsProtocol protocol) => TlsFiles.Of(
        flags.Text("peer-cert-file"),
        flags.Text("peer-key-file"),
        flags.Text("peer-trusted-ca-file"),
        flags.Text("peer-crl-file"),
        flags.Switch("peer-client-cert-auth"),
        flags.List("peer-cert-allowed-hostname"),
        flags.List("peer-cert-allowed-cn"),
        protocol);

    // The members' transport speaks one protocol.
    private static IReadOnlyList<EtcdUrl> OfOneScheme(IReadOnlyList<EtcdUrl> urls)
        => urls.All(url => url.IsTls == urls[0].IsTls)
            ? urls
            : throw new ConfigException($"--listen-peer-urls must be all http or all https: {string.Join(',', urls)}");

    private static IReadOnlyList<EtcdUrl> BindableOrNone(FlagValues flags, string name, bool servesTls)
        => flags.Text(name).Length == 0 ? [] : Bindable(flags, name, servesTls);

    private static IReadOnlyList<EtcdUrl> Bindable(FlagValues flags, string name, bool servesTls)
    {
        var urls = flags.Urls(name);
        foreach (var url in urls)
        {
            if (url.IsTls && !servesTls)
            {
                throw new ConfigException($"cannot listen on TLS for {url.Host}:{url.Port}: KeyFile and CertFile are not presented");
            }

            try
            {
                url.ToClientEndPoint();
            }
            catch (ConfigException error)
            {
                throw new ConfigException($"{error.Message} in --{name}");
            }
        }

        return urls;
    }

    // As in etcd, a cost that bcrypt does not have is no reason to refuse the start.
    private static int BcryptCostOf(long cost)
        => cost is >= Bcrypt.CostMin and <= Bcrypt.CostMax ? (int)cost : Bcrypt.CostDefault;

    private static string CompatVersionOf(string version)
        => version.Split('.') is { Length: 3 } parts && parts.All(static part => part.Length > 0 && part.All(char.IsAsciiDigit))
            ? version
            : throw new ConfigException($"invalid value \"{version}\" for flag --compat-version: expected a version such as 3.5.13");
}
