namespace ActorEtcd.Persistence.Snapshots;

/// <summary>Hears how long snapshots take to be saved, for metrics. Called on any thread: must be quick and must not throw.</summary>
public interface ISnapshotFileObserver
{
    /// <param name="encoding">Making bytes of it.</param>
    /// <param name="flush">Flushing its file.</param>
    /// <param name="whole">All of it, until the file has its name for good.</param>
    void Saved(TimeSpan encoding, TimeSpan flush, TimeSpan whole);
}
