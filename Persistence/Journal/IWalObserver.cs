namespace ActorEtcd.Persistence.Journal;

/// <summary>Hears what the log does, for metrics. Called on the writer's thread: must be quick and must not throw.</summary>
public interface IWalObserver
{
    /// <summary>A batch reached the device; <paramref name="duration"/> is that of the flush alone.</summary>
    void Flushed(TimeSpan duration, long bytes, int records);

    /// <summary>Frames of a batch were handed to the system, which has not made them durable yet.</summary>
    void Written(TimeSpan duration)
    {
    }

    /// <summary>A new segment file took over.</summary>
    void SegmentOpened(long sequence);

    /// <summary>There is more or less room than before; <paramref name="reason"/> is what the system said, if anything.</summary>
    void SpaceChanged(WalSpace space, string reason);
}
