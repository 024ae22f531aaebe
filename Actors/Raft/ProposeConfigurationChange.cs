namespace ActorEtcd.Raft;

/// <summary>
/// To raft: append this encoded <see cref="ConfigurationChange"/>, or pass it to the leader. Answered only when refused.
/// </summary>
public sealed record ProposeConfigurationChange(ReadOnlyMemory<byte> Change);
