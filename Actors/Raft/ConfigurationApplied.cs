namespace ActorEtcd.Raft;

/// <summary>Apply to raft: an entry that changes the group was applied, and this is the group now.</summary>
public sealed record ConfigurationApplied(RaftConfiguration Configuration);
