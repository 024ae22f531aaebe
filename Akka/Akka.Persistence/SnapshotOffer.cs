namespace Akka.Persistence;

/// <summary>Handed to a recovering actor before the events that follow the snapshot.</summary>
public sealed class SnapshotOffer : IEquatable<SnapshotOffer>
{
    public SnapshotOffer(SnapshotMetadata metadata, object snapshot)
    {
        Metadata = metadata;
        Snapshot = snapshot;
    }

    public SnapshotMetadata Metadata { get; }

    public object Snapshot { get; }

    public bool Equals(SnapshotOffer? other) =>
        other is not null
        && Equals(Metadata, other.Metadata)
        && Equals(Snapshot, other.Snapshot);

    public override bool Equals(object? obj) => Equals(obj as SnapshotOffer);

    public override int GetHashCode() => HashCode.Combine(Metadata, Snapshot);

    public override string ToString() => $"SnapshotOffer<metadata: {Metadata}, snapshot: {Snapshot}>";
}
