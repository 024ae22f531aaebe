using ActorEtcd.Log;

namespace ActorEtcd.Raft;

public sealed record CheckpointFetchFailed(CheckpointManifest Manifest, string Reason);
