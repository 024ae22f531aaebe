namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// Events of the persistence id up to <paramref name="DeletedTo"/> are deleted. The highest sequence number ever used
/// is kept with it: it must not be used again, even when no event is left to show it.
/// </summary>
internal sealed record WalDeletion(string PersistenceId, long DeletedTo, long Highest);
