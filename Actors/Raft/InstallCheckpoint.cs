using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>
/// Raft to its parent: make this fetched checkpoint the base of the log and the state of the apply actor, then
/// tell raft <see cref="CheckpointInstalled"/>. Raft applies nothing until then.
/// </summary>
public sealed record InstallCheckpoint(CheckpointManifest Manifest);
