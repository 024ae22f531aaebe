namespace ActorEtcd.Raft;

/// <summary>Apply to raft: everything up to the index is applied.</summary>
public sealed record AppliedTo(long Index);
