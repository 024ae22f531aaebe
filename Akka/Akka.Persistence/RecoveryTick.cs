namespace Akka.Persistence;

/// <summary>Reminds a recovering actor to check that its recovery makes progress.</summary>
public sealed class RecoveryTick
{
    public RecoveryTick(bool snapshot)
    {
        Snapshot = snapshot;
    }

    /// <summary>True while the snapshot is awaited, false while events are.</summary>
    public bool Snapshot { get; }
}
