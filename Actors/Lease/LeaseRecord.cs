namespace ActorEtcd.Lease;

/// <summary>What the replicated state knows of one lease.</summary>
/// <param name="Id">Its identity, never 0.</param>
/// <param name="TtlSeconds">The time to live that it was granted, and that a keep-alive renews it to.</param>
/// <param name="RemainingTtlSeconds">
/// The last checkpointed remaining time to live, from which a new leader starts; 0 when there is none, then the granted one counts.
/// </param>
public sealed record LeaseRecord(LeaseId Id, long TtlSeconds, long RemainingTtlSeconds = 0);
