namespace ActorEtcd.Host.GrpcClient;

/// <summary>What one connection keeps per method: the prepared header block and finished calls to use again.</summary>
internal sealed class MethodState(GrpcMethod method)
{
    public GrpcMethod Method { get; } = method;

    /// <summary>Valid while nothing was added to the dynamic table since <see cref="BlockVersion"/>.</summary>
    public byte[]? Block { get; set; }

    public int BlockVersion { get; set; }

    public Stack<ClientCall> Idle { get; } = [];
}
