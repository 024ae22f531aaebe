using ActorEtcd.Log;
using Akka.Actor;

namespace ActorEtcd.Raft;

/// <summary>
/// Raft to segments: get what this member lacks of the checkpoint from the segments actor of the leader, and
/// answer with <see cref="CheckpointFetched"/> or <see cref="CheckpointFetchFailed"/>. Replaces an earlier
/// request that is still under way.
/// </summary>
public sealed record FetchCheckpoint(CheckpointManifest Manifest, IActorRef Source);
