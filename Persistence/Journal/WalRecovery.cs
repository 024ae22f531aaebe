namespace ActorEtcd.Persistence.Journal;

/// <summary>What opening a log found.</summary>
public sealed record WalRecovery(long Records, int Segments, WalTornTail? TornTail);
