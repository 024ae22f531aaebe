using ActorEtcd.Persistence.Journal;

namespace ActorEtcd.Specs.Persistence.Journal;

/// <summary>Hears when the log is without room.</summary>
internal sealed class RoomObserver : IWalObserver
{
    private readonly TaskCompletionSource _none = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when a write waits for room.</summary>
    public Task IsNone => _none.Task;

    public WalSpace Last { get; private set; }

    public void Flushed(TimeSpan duration, long bytes, int records)
    {
    }

    public void SegmentOpened(long sequence)
    {
    }

    public void SpaceChanged(WalSpace space, string reason)
    {
        Last = space;
        if (space == WalSpace.None)
        {
            _none.TrySetResult();
        }
    }
}
