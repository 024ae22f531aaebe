namespace ActorEtcd.Log;

/// <summary>The checkpoint is durably the base of the log.</summary>
public sealed record LogResetDone(CheckpointManifest Manifest);
