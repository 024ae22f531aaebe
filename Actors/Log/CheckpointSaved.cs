namespace ActorEtcd.Log;

/// <summary>
/// The checkpoint is durable and events before it may go; told to the asker and to raft, which may now
/// forget entries up to it and can send it to a follower that lags behind.
/// </summary>
public sealed record CheckpointSaved(CheckpointManifest Manifest);
