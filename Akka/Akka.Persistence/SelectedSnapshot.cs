namespace Akka.Persistence;

/// <summary>A stored snapshot with its metadata.</summary>
public sealed class SelectedSnapshot : IEquatable<SelectedSnapshot>
{
    public SelectedSnapshot(SnapshotMetadata metadata, object snapshot)
    {
        Metadata = metadata;
        Snapshot = snapshot;
    }

    public SnapshotMetadata Metadata { get; }

    public object Snapshot { get; }

    public bool Equals(SelectedSnapshot? other) =>
        other is not null
        && Equals(Metadata, other.Metadata)
        && Equals(Snapshot, other.Snapshot);

    public override bool Equals(object? obj) => Equals(obj as SelectedSnapshot);

    public override int GetHashCode() => HashCode.Combine(Metadata, Snapshot);

    public override string ToString() => $"SelectedSnapshot<metadata: {Metadata}, snapshot: {Snapshot}>";
}
