namespace ActorEtcd.Log;

/// <summary>
/// Make this checkpoint the base of the log: its segments are flushed already. Answered with
/// <see cref="CheckpointSaved"/> or <see cref="CheckpointSaveFailed"/>.
/// </summary>
public sealed record SaveCheckpoint(CheckpointManifest Manifest);
