namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// The newest snapshot cannot be read. It may hold what no event does, such as what others had committed and this member had
/// applied before it wrote it, so older snapshots and events are no whole state, even where they look like one.
/// </summary>
/// <param name="snapshotDamage">What is wrong with the snapshot.</param>
public sealed class WalSnapshotDamagedException(string persistenceId, string snapshotDamage)
    : DamagedDataException($"the newest snapshot of {persistenceId} cannot be read: {snapshotDamage}")
{
    public string PersistenceId { get; } = persistenceId;
}
