namespace ActorEtcd.Host.GrpcClient;

/// <summary>A framed message, or its rest, that waits for flow-control window or for a free stream.</summary>
internal sealed class PendingSend(byte[] framed, TaskCompletionSource? sent)
{
    public byte[] Framed { get; } = framed;

    public int Offset { get; set; }

    /// <summary>Completed when the last byte has entered the output buffer.</summary>
    public TaskCompletionSource? Sent { get; } = sent;
}
