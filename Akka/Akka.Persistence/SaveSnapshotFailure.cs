namespace Akka.Persistence;

/// <summary>A snapshot is not saved.</summary>
public sealed class SaveSnapshotFailure : ISnapshotResponse, IEquatable<SaveSnapshotFailure>
{
    public SaveSnapshotFailure(SnapshotMetadata metadata, Exception cause)
    {
        Metadata = metadata;
        Cause = cause;
    }

    public SnapshotMetadata Metadata { get; }

    public Exception Cause { get; }

    public bool Equals(SaveSnapshotFailure? other) =>
        other is not null
        && Equals(Metadata, other.Metadata)
        && Equals(Cause, other.Cause);

    public override bool Equals(object? obj) => Equals(obj as SaveSnapshotFailure);

    public override int GetHashCode() => HashCode.Combine(Metadata, Cause);

    public override string ToString() => $"SaveSnapshotFailure<metadata: {Metadata}, cause: {Cause}>";
}
