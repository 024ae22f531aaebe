namespace ActorEtcd.Log;

/// <summary>The checkpoint was not saved; the log keeps everything and a later one may succeed.</summary>
public sealed record CheckpointSaveFailed(CheckpointManifest Manifest, string Reason);
