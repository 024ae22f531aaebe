using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.GrpcClient;

/// <summary>A call that did not end with OK: the code and the text that the server (or the transport) gave.</summary>
public sealed class GrpcCallException : Exception
{
    public GrpcCallException(StatusCode code, string detail, Exception? inner = null)
        : base($"{code}: {detail}", inner)
    {
        Code = code;
        Detail = detail;
    }

    public StatusCode Code { get; }

    /// <summary>The decoded grpc-message, exactly as the server sent it.</summary>
    public string Detail { get; }
}
