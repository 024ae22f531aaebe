namespace ActorEtcd.Raft;

/// <summary>There is no answer to the request; ask again.</summary>
public sealed record ReadIndexRefused(long RequestId, ReadRefusal Reason);
