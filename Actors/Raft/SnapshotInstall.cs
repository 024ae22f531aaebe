using ActorEtcd.Log;

namespace ActorEtcd.Raft;

/// <summary>
/// A checkpoint on its way into this member. While <paramref name="IsInstalling"/> the store is being
/// swapped, so nothing is applied and no other checkpoint is accepted.
/// </summary>
public sealed record SnapshotInstall(CheckpointManifest Manifest, MemberId Source, bool IsInstalling);
