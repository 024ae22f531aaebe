using System.Net;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Tls;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>How a proxy was started (etcd: the flags of <c>grpc-proxy start</c>).</summary>
internal sealed record GrpcProxyOptions
{
    public required IReadOnlyList<CtlEndpoint> Endpoints { get; init; }

    public required IPEndPoint Listen { get; init; }

    /// <summary>Null: clients are served in clear text.</summary>
    public TlsFiles? ListenTls { get; init; }

    /// <summary>Null: metrics are served to clients alone.</summary>
    public IPEndPoint? MetricsListen { get; init; }

    public bool MetricsOverTls { get; init; }

    /// <summary>Null: endpoints without a scheme are reached in clear text.</summary>
    public CtlTls? Tls { get; init; }

    /// <summary>What the proxy's clients call it by; empty: it shows them the cluster's members instead.</summary>
    public required string AdvertiseClientUrl { get; init; }

    /// <summary>Where proxies of one cluster find each other; empty for nowhere.</summary>
    public string ResolverPrefix { get; init; } = "";

    public int ResolverTtlSeconds { get; init; }

    public string Namespace { get; init; } = "";

    /// <summary>Where proxies say what they own, among the keys that clients see; empty: they own nothing.</summary>
    public string LeasingPrefix { get; init; } = "";

    /// <summary>How long others wait at most for a key whose owner is gone.</summary>
    public TimeSpan LeasingTimeToLive { get; init; } = TimeSpan.FromSeconds(60);

    public bool OrdersSerializableReads { get; init; }

    public int SendBytesMax { get; init; } = 1536 * 1024;

    public int ReceiveBytesMax { get; init; } = int.MaxValue;

    /// <summary>Zero: the members are asked for once, by the operator.</summary>
    public TimeSpan AutoSyncInterval { get; init; }

    /// <summary>Zero for never.</summary>
    public TimeSpan DialKeepAliveTime { get; init; }

    public TimeSpan DialKeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    public bool PermitWithoutStream { get; init; }

    public TimeSpan KeepAliveMinTime { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromHours(2);

    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    public uint MaxConcurrentStreams { get; init; } = uint.MaxValue;

    public bool ServesProfiles { get; init; }

    public bool LogsCalls { get; init; }
}
