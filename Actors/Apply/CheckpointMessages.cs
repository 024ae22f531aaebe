using ActorEtcd.Log;

namespace ActorEtcd.Apply;

/// <summary>Apply actor to checkpoint actor: make this state durable; answered with how it ended.</summary>
/// <param name="Manifest">What to save.</param>
/// <param name="State">What goes into the manifest beside the store, still to be encoded; null when it is in there.</param>
public sealed record TakeCheckpoint(CheckpointManifest Manifest, ReplicatedState? State = null);

/// <summary>Apply actor to checkpoint actor: a checkpoint from the leader is in use, and durable.</summary>
public sealed record CheckpointReplaced(CheckpointManifest Manifest);

/// <summary>The checkpoint is durable; recovery starts at its index.</summary>
public sealed record CheckpointTaken(long Index);

/// <summary>The checkpoint was not taken; the log still holds everything, so nothing is lost but time on recovery.</summary>
public sealed record CheckpointFailed(long Index, string Reason);
