namespace ActorEtcd.Alarms;

/// <summary>
/// Whether this member's disk has room for what it has to write. Each side has one writer, any thread reads. While there is
/// none, commands are refused here at once, since they could wait for ever and take memory meanwhile; reads go on.
/// </summary>
public sealed class DiskSpace
{
    private volatile bool _isLogFull;
    private volatile bool _isCheckpointOverdue;

    /// <summary>A write of the log waits for room.</summary>
    public bool IsLogFull
    {
        get => _isLogFull;
        set => _isLogFull = value;
    }

    /// <summary>Checkpoints have failed for so long that the log behind the last one must not grow further.</summary>
    public bool IsCheckpointOverdue
    {
        get => _isCheckpointOverdue;
        set => _isCheckpointOverdue = value;
    }

    public bool IsFull => _isLogFull || _isCheckpointOverdue;
}
