namespace Akka.Persistence.Snapshot;

/// <summary>A snapshot as <see cref="MemorySnapshotStore"/> holds it.</summary>
public class SnapshotEntry
{
    public string Id { get; set; } = "";

    public string PersistenceId { get; set; } = "";

    public long SequenceNr { get; set; }

    /// <summary>Ticks.</summary>
    public long Timestamp { get; set; }

    public object? Snapshot { get; set; }
}
