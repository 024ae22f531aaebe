namespace ActorEtcd.Raft;

/// <summary>What happens to one member in a configuration change.</summary>
public sealed record ConfigurationChangeStep(ConfigurationChangeKind Kind, MemberId Member);
