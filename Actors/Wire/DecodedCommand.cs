using ActorEtcd.Messages;

namespace ActorEtcd.Wire;

/// <summary>A log entry's command with the id of the request that it answers.</summary>
public readonly record struct DecodedCommand(ulong RequestId, RaftCommand Command);
