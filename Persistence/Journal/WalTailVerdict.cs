namespace ActorEtcd.Persistence.Journal;

/// <summary>Whether a crash explains the bad bytes at the end of the last segment, and how it is known.</summary>
internal readonly record struct WalTailVerdict(bool IsTorn, string Reason, long Bytes);
