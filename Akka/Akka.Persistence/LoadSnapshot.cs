namespace Akka.Persistence;

/// <summary>Asks a snapshot store for the newest snapshot that matches the criteria.</summary>
public sealed class LoadSnapshot : ISnapshotRequest, IEquatable<LoadSnapshot>
{
    public LoadSnapshot(string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr)
    {
        PersistenceId = persistenceId;
        Criteria = criteria;
        ToSequenceNr = toSequenceNr;
    }

    public string PersistenceId { get; }

    public SnapshotSelectionCriteria Criteria { get; }

    public long ToSequenceNr { get; }

    public bool Equals(LoadSnapshot? other) =>
        other is not null
        && Equals(PersistenceId, other.PersistenceId)
        && Equals(Criteria, other.Criteria)
        && ToSequenceNr == other.ToSequenceNr;

    public override bool Equals(object? obj) => Equals(obj as LoadSnapshot);

    public override int GetHashCode() => HashCode.Combine(PersistenceId, Criteria, ToSequenceNr);

    public override string ToString() =>
        $"LoadSnapshot<persistenceId: {PersistenceId}, criteria: {Criteria}, toSequenceNr: {ToSequenceNr}>";
}
