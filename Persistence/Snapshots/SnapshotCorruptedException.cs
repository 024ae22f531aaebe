namespace ActorEtcd.Persistence.Snapshots;

/// <summary>A snapshot file is not what was saved.</summary>
public sealed class SnapshotCorruptedException(string file, long offset, string reason, Exception? cause = null)
    : DamagedDataException($"snapshot {file} is damaged at offset {offset}: {reason}", cause)
{
    public string File { get; } = file;

    /// <summary>Where the part begins that is not as it was saved.</summary>
    public long Offset { get; } = offset;

    public string Reason { get; } = reason;
}
