namespace ActorEtcd.Persistence.Snapshots;

/// <summary>A snapshot file is not what was saved.</summary>
public sealed class SnapshotCorruptedException(string file, string reason, Exception? cause = null)
    : Exception($"snapshot {file} is damaged: {reason}", cause)
{
    public string File { get; } = file;

    public string Reason { get; } = reason;
}
