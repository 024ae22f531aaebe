using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>Every segment of the checkpoint is on this disk. The manifest names them as this member does.</summary>
public sealed record CheckpointFetched(CheckpointManifest Manifest);
