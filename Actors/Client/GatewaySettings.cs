namespace ActorEtcd.Client;

/// <summary>Limits of the gateway.</summary>
/// <param name="RequestTimeout">
/// How long a request may take, before it is answered with a timeout; etcd's is 5 s and two election timeouts.
/// </param>
/// <param name="ElectionTimeout">For telling a timeout that a failed leader caused from another.</param>
/// <param name="RetryInterval">How long a refused proposal or read waits before it is tried again.</param>
public sealed record GatewaySettings(TimeSpan RequestTimeout, TimeSpan ElectionTimeout, TimeSpan RetryInterval)
{
    /// <summary>Commands and reads that may wait at once; more are refused with "too many requests".</summary>
    public int PendingMax { get; init; } = 50_000;

    /// <summary>Bytes of commands that may wait at once; more are refused likewise.</summary>
    public long PendingBytesMax { get; init; } = 128 * 1024 * 1024;

    public static GatewaySettings For(TimeSpan electionTimeout)
        => new(TimeSpan.FromSeconds(5) + (2 * electionTimeout), electionTimeout, TimeSpan.FromMilliseconds(20));
}
