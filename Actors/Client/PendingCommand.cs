using ActorEtcd.Messages;

namespace ActorEtcd.Client;

/// <summary>A command on its way through the log, waiting for the result of its application on this member.</summary>
public sealed class PendingCommand(ulong requestId, ReadOnlyMemory<byte> payload, bool isChange = false) : Pending<OpResult>
{
    public ulong RequestId { get; } = requestId;

    /// <summary>The encoded command, as the log will hold it.</summary>
    public ReadOnlyMemory<byte> Payload { get; } = payload;

    /// <summary>It changes the Raft group, so it does not travel in a batch.</summary>
    public bool IsChange { get; } = isChange;
}
