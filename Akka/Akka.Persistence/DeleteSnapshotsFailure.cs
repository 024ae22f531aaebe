namespace Akka.Persistence;

/// <summary>The matching snapshots may not have been deleted.</summary>
public sealed class DeleteSnapshotsFailure : ISnapshotResponse, IEquatable<DeleteSnapshotsFailure>
{
    public DeleteSnapshotsFailure(SnapshotSelectionCriteria criteria, Exception cause)
    {
        Criteria = criteria;
        Cause = cause;
    }

    public SnapshotSelectionCriteria Criteria { get; }

    public Exception Cause { get; }

    public bool Equals(DeleteSnapshotsFailure? other) =>
        other is not null
        && Equals(Criteria, other.Criteria)
        && Equals(Cause, other.Cause);

    public override bool Equals(object? obj) => Equals(obj as DeleteSnapshotsFailure);

    public override int GetHashCode() => HashCode.Combine(Criteria, Cause);

    public override string ToString() => $"DeleteSnapshotsFailure<criteria: {Criteria}, cause: {Cause}>";
}
