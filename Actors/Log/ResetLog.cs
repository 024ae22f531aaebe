namespace ActorEtcd.Log;

/// <summary>
/// Root to log: a checkpoint fetched from the leader is on this member's disk; make it the base of the log.
/// Answered with <see cref="LogResetDone"/> when that is durable.
/// </summary>
public sealed record ResetLog(CheckpointManifest Manifest);
