using System.Collections.Immutable;
using ActorEtcd.Auth;
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

    public required string LogLevel { get; init; }

    public bool LogJson { get; init; } = true;

    public bool LogToStandardOutput { get; init; }

    /// <summary>The etcd version that is told to clients.</summary>
    public required string CompatVersion { get; init; }
}
