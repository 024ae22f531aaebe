namespace ActorEtcd.Raft;

/// <summary>A store that has applied <paramref name="Index"/> has everything committed before the request.</summary>
public sealed record ReadIndexReady(long RequestId, long Index);
