namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// Recovery asks for events that were deleted after a snapshot covered them: the snapshot is gone or unreadable, and
/// the log no longer holds what it replaced.
/// </summary>
/// <param name="snapshotDamage">Why the snapshot that covered them was passed over, if one was found.</param>
public sealed class WalEventsDeletedException(string persistenceId, long fromSequenceNr, long deletedTo, string? snapshotDamage)
    : DamagedDataException(
        $"events of {persistenceId} from {fromSequenceNr} on are needed, but those up to {deletedTo} were deleted"
        + (snapshotDamage is null ? string.Empty : $"; {snapshotDamage}"))
{
    public string PersistenceId { get; } = persistenceId;

    public long FromSequenceNr { get; } = fromSequenceNr;

    public long DeletedTo { get; } = deletedTo;
}
