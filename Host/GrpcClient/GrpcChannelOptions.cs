using System.Net.Security;

namespace ActorEtcd.Host.GrpcClient;

/// <summary>What a <see cref="GrpcChannel"/> may be told when it is opened.</summary>
public sealed record GrpcChannelOptions
{
    public static readonly GrpcChannelOptions Default = new();

    /// <summary>How long TCP connect plus the server's first SETTINGS may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// True: whoever awaits a call continues on the connection's reader, and what it sends next leaves with the
    /// next flush. Cheapest, but a continuation that blocks stops the whole connection; meant for load generators.
    /// </summary>
    public bool InlineContinuations { get; init; }

    /// <summary>Bytes of one streaming call that may wait unread before the server has to pause that stream.</summary>
    public int StreamWindowBytes { get; init; } = 4 << 20;

    /// <summary>Largest response message; a larger one fails its call with ResourceExhausted.</summary>
    public int ResponseBytesMax { get; init; } = int.MaxValue;

    /// <summary>
    /// True: one unary call after the other on the caller's own thread. For programs that make one call and end: they need
    /// neither the machinery of asynchronous sockets nor the time that it takes to start.
    /// </summary>
    public bool IsBlocking { get; init; }

    /// <summary>How long a server may say nothing while calls wait for it before it is pinged; never on a channel that blocks.</summary>
    public TimeSpan KeepAliveTime { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How long it may then say nothing more before the connection counts as lost.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether a silent server is pinged while no call waits for it too.</summary>
    public bool KeepAliveWithoutCalls { get; init; }

    /// <summary>Null: the connection is in clear text.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>Headers added to every call of the channel, such as an authentication token.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];
}
