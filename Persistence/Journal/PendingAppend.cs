namespace ActorEtcd.Persistence.Journal;

/// <summary>Waits for an append to become durable.</summary>
public abstract class PendingAppend
{
    /// <summary>
    /// The append is on the device, in segments <paramref name="firstSegment"/> to <paramref name="lastSegment"/>.
    /// Called on the writer's thread, in the order of the appends.
    /// </summary>
    protected internal abstract void Completed(long firstSegment, long lastSegment);

    /// <summary>The append may or may not be on the device; it must not be acknowledged.</summary>
    protected internal abstract void Failed(Exception cause);
}
