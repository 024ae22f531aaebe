namespace ActorEtcd.Messages;

/// <summary>
/// Forgets the history up to a revision (etcd: <c>CompactionRequest</c>). With <paramref name="Physical"/> the answer
/// waits until the superseded records are gone from the index.
/// </summary>
public sealed record CompactionRequest(long Revision, bool Physical = false) : RaftCommand;
