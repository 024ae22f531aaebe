namespace ActorEtcd.Host.Grpc;

/// <summary>Limits of the gRPC layer.</summary>
public sealed record GrpcOptions
{
    // Room for the parts of a request beside the value, as etcd allows.
    private const int OverheadBytes = 512 * 1024;

    /// <summary>etcd: <c>--max-request-bytes</c>.</summary>
    public int MaxRequestBytes { get; init; } = 1536 * 1024;

    /// <summary>Answer in gzip when the client sent its request in gzip, as grpc-go does.</summary>
    public bool CompressResponses { get; init; } = true;

    /// <summary>Serves the <c>hasleader</c> metadata; null when there is no cluster behind the calls.</summary>
    public LeaderRequirement? Leader { get; init; }

    /// <summary>Told of unary calls that took long; null for nobody.</summary>
    public SlowRequests? SlowRequests { get; init; }

    internal int MaxReceiveBytes => (int)Math.Min((long)MaxRequestBytes + OverheadBytes, int.MaxValue);
}
