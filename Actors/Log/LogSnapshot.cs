using ActorEtcd.Raft;

namespace ActorEtcd.Log;

/// <summary>
/// What the snapshot store keeps for the log: the checkpoint and the term, vote and commit index at the time
/// it was saved, since the events that carried them are deleted afterwards.
/// </summary>
public sealed record LogSnapshot(CheckpointManifest Manifest, long Term, MemberId Vote, long CommitIndex);
