using ActorEtcd.Host.Config;
using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.Http;

/// <summary>How the front door listens.</summary>
public sealed record FrontDoorOptions
{
    public required IReadOnlyList<ListenEndPoint> EndPoints { get; init; }

    public GrpcOptions Grpc { get; init; } = new();

    /// <summary>From where plain HTTP may be asked.</summary>
    public HttpAccess Access { get; init; } = HttpAccess.All;

    /// <summary>Whether others may listen on the same ports (SO_REUSEPORT).</summary>
    public bool ReusePort { get; init; }

    /// <summary>etcd: <c>--max-concurrent-streams</c>, per connection.</summary>
    public uint MaxConcurrentStreams { get; init; } = uint.MaxValue;

    /// <summary>etcd: <c>--grpc-keepalive-min-time</c>.</summary>
    public TimeSpan KeepAliveMinTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>etcd: <c>--grpc-keepalive-interval</c>; infinite for never.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromHours(2);

    /// <summary>etcd: <c>--grpc-keepalive-timeout</c>.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a client may take to agree on TLS.</summary>
    public TimeSpan TlsHandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a new connection may stay silent before its protocol is known.</summary>
    public TimeSpan SniffTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
