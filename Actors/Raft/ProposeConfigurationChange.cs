namespace ActorEtcd.Raft;

/// <summary>To the leader's raft: append this change. Answered only when refused.</summary>
public sealed record ProposeConfigurationChange(ConfigurationChange Change);
