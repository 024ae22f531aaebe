namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// Recovery asks for events that were deleted after a snapshot covered them: the snapshot is gone or unreadable, and
/// the log no longer holds what it replaced.
/// </summary>
public sealed class WalEventsDeletedException(string persistenceId, long fromSequenceNr, long deletedTo) : Exception(
    $"events of {persistenceId} from {fromSequenceNr} on are needed, but those up to {deletedTo} were deleted")
{
    public string PersistenceId { get; } = persistenceId;

    public long FromSequenceNr { get; } = fromSequenceNr;

    public long DeletedTo { get; } = deletedTo;
}
