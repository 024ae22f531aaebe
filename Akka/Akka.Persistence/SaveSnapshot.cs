namespace Akka.Persistence;

/// <summary>Asks a snapshot store to save a snapshot.</summary>
public sealed class SaveSnapshot : ISnapshotRequest, IEquatable<SaveSnapshot>
{
    public SaveSnapshot(SnapshotMetadata metadata, object snapshot)
    {
        Metadata = metadata;
        Snapshot = snapshot;
    }

    public SnapshotMetadata Metadata { get; }

    public object Snapshot { get; }

    public bool Equals(SaveSnapshot? other) =>
        other is not null
        && Equals(Metadata, other.Metadata)
        && Equals(Snapshot, other.Snapshot);

    public override bool Equals(object? obj) => Equals(obj as SaveSnapshot);

    public override int GetHashCode() => HashCode.Combine(Metadata, Snapshot);

    public override string ToString() => $"SaveSnapshot<metadata: {Metadata}, snapshot: {Snapshot}>";
}
