namespace ActorEtcd.Raft;

/// <summary>
/// Gateway to raft: which index must be applied before a read that begins now is linearizable? Answered with
/// <see cref="ReadIndexReady"/> or <see cref="ReadIndexRefused"/>, always.
/// </summary>
public sealed record ReadIndex(long RequestId);
