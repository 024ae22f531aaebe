using System.Collections.Immutable;

namespace ActorEtcd.Messages;

/// <summary>Records remaining times to live, so that a new leader neither extends nor cuts them (etcd: <c>LeaseCheckpointRequest</c>).</summary>
public sealed record LeaseCheckpointRequest(ImmutableArray<LeaseCheckpoint> Checkpoints) : RaftCommand;
