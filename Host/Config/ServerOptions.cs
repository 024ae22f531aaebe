using System.Collections.Immutable;
using ActorEtcd.Auth;
using ActorEtcd.Host.Logging;
using ActorEtcd.Host.Telemetry;
using ActorEtcd.Host.Tls;

namespace ActorEtcd.Host.Config;

/// <summary>The server's configuration, checked.</summary>
public sealed record ServerOptions
{
    public required string Name { get; init; }

    public required string DataDirectory { get; init; }

    /// <summary>Where the write-ahead log is when not in the data directory.</summary>
    public string? WalDirectory { get; init; }

    public required IReadOnlyList<EtcdUrl> ListenPeerUrls { get; init; }

    public required IReadOnlyList<EtcdUrl> ListenClientUrls { get; init; }

    /// <summary>URLs for HTTP alone; empty when HTTP is served where gRPC is.</summary>
    public IReadOnlyList<EtcdUrl> ListenHttpUrls { get; init; } = [];

    /// <summary>URLs for metrics and health alone.</summary>
    public IReadOnlyList<EtcdUrl> ListenMetricsUrls { get; init; } = [];

    /// <summary>Whether client ports may be others' too.</summary>
    public bool ReusePort { get; init; }

    public required IReadOnlyList<EtcdUrl> AdvertisePeerUrls { get; init; }

    public required IReadOnlyList<EtcdUrl> AdvertiseClientUrls { get; init; }

    public required ImmutableArray<InitialMember> InitialCluster { get; init; }

    public required string InitialClusterToken { get; init; }

    /// <summary>Whether this member joins a cluster that runs already.</summary>
    public bool IsJoining { get; init; }

    /// <summary>Whether the peer URLs to advertise were given and not assumed.</summary>
    public bool AdvertisesPeerUrls { get; init; }

    public bool ForceNewCluster { get; init; }

    public bool StrictReconfigurationCheck { get; init; } = true;

    public int LearnersMax { get; init; } = 1;

    public required TimeSpan HeartbeatInterval { get; init; }

    public required TimeSpan ElectionTimeout { get; init; }

    public bool ShortFirstElection { get; init; } = true;

    public bool PreVote { get; init; } = true;

    /// <summary>Checkpoint manifests that are kept.</summary>
    public int SnapshotsMax { get; init; } = 5;

    public required long SnapshotCount { get; init; }

    public int CatchUpEntries { get; init; } = 5_000;

    public required long QuotaBytes { get; init; }

    public required int TxnOpsMax { get; init; }

    public required int RequestBytesMax { get; init; }

    public uint ConcurrentStreamsMax { get; init; } = uint.MaxValue;

    public TimeSpan KeepAliveMinTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Infinite: the server does not ping.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromHours(2);

    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether the JSON gateway is served.</summary>
    public bool EnableGateway { get; init; } = true;

    /// <summary>From where plain HTTP may be asked.</summary>
    public HttpAccess HttpAccess { get; init; } = HttpAccess.All;

    /// <summary>Whether the v2 API is served.</summary>
    public bool EnableV2 { get; init; } = true;

    /// <summary>Whether the runtime's profile is served.</summary>
    public bool EnablePprof { get; init; }

    /// <summary>Whether metrics tell how long requests took, by method.</summary>
    public bool ExtensiveMetrics { get; init; }

    /// <summary>Time to answer a request after which that is logged.</summary>
    public TimeSpan WarningRequestDuration { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Time to apply a batch of entries after which that is logged.</summary>
    public TimeSpan WarningApplyDuration { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>What --feature-gates switches.</summary>
    public FeatureGates Features { get; init; } = FeatureGates.Default;

    public CorruptionOptions Corruption { get; init; } = CorruptionOptions.Default;

    /// <summary>How the initial members are found out; null when flags tell them.</summary>
    public DiscoveryOptions? Discovery { get; init; }

    /// <summary>Set when the process is not to be a member, or perhaps not.</summary>
    public required ProxyOptions Proxy { get; init; }

    /// <summary>Null when no traces are sent.</summary>
    public TracingOptions? Tracing { get; init; }

    /// <summary>Text of the file with settings of the actor system that go over all others.</summary>
    public string? Hocon { get; init; }

    public AutoCompaction AutoCompaction { get; init; } = AutoCompaction.Off;

    public TimeSpan WatchProgressInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How https client URLs are served; null without a certificate.</summary>
    public TlsFiles? ClientTls { get; init; }

    /// <summary>Set when the certificate for clients is to be made by the server itself.</summary>
    public bool ClientAutoTls { get; init; }

    /// <summary>How https peer URLs are served and called; null without a certificate.</summary>
    public TlsFiles? PeerTls { get; init; }

    /// <summary>Set when the certificate for members is to be made by the server itself.</summary>
    public bool PeerAutoTls { get; init; }

    public TlsProtocol TlsProtocol { get; init; } = TlsProtocol.Default;

    public int SelfSignedYears { get; init; } = 1;

    /// <summary>How users prove who they are after they have authenticated.</summary>
    public required IAuthTokens AuthTokens { get; init; }

    public int BcryptCost { get; init; } = Auth.Bcrypt.CostDefault;

    /// <summary>What is logged, and where.</summary>
    public required LogSettings Log { get; init; }

    /// <summary>The etcd version that is told to clients.</summary>
    public required string CompatVersion { get; init; }
}
