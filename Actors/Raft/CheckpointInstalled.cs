using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>Root to raft: log (durably) and store continue behind the checkpoint.</summary>
public sealed record CheckpointInstalled(CheckpointManifest Manifest);
