namespace Akka.Persistence;

/// <summary>Asks a snapshot store to delete all snapshots that match the criteria.</summary>
public sealed class DeleteSnapshots : ISnapshotRequest, IEquatable<DeleteSnapshots>
{
    public DeleteSnapshots(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        PersistenceId = persistenceId;
        Criteria = criteria;
    }

    public string PersistenceId { get; }

    public SnapshotSelectionCriteria Criteria { get; }

    public bool Equals(DeleteSnapshots? other) =>
        other is not null
        && Equals(PersistenceId, other.PersistenceId)
        && Equals(Criteria, other.Criteria);

    public override bool Equals(object? obj) => Equals(obj as DeleteSnapshots);

    public override int GetHashCode() => HashCode.Combine(PersistenceId, Criteria);

    public override string ToString() => $"DeleteSnapshots<persistenceId: {PersistenceId}, criteria: {Criteria}>";
}
