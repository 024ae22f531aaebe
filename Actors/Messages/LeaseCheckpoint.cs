namespace ActorEtcd.Messages;

/// <summary>The remaining time to live of one lease, in seconds.</summary>
public readonly record struct LeaseCheckpoint(LeaseId Id, long RemainingTtlSeconds);
