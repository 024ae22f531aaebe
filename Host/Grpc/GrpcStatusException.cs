namespace ActorEtcd.Host.Grpc;

/// <summary>
/// Ends a call with a status. <see cref="GrpcCall.Fail"/> does the same without the cost of a throw.
/// </summary>
public sealed class GrpcStatusException(GrpcStatus status) : Exception(status.Message)
{
    public GrpcStatusException(StatusCode code, string message)
        : this(new GrpcStatus(code, message))
    {
    }

    public GrpcStatus Status { get; } = status;
}
