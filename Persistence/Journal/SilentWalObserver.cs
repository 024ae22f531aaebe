namespace ActorEtcd.Persistence.Journal;

/// <summary>Nobody listens.</summary>
public sealed class SilentWalObserver : IWalObserver
{
    public static readonly SilentWalObserver Instance = new();

    private SilentWalObserver()
    {
    }

    public void Flushed(TimeSpan duration, long bytes, int records)
    {
    }

    public void SegmentOpened(long sequence)
    {
    }

    public void SpaceChanged(WalSpace space, string reason)
    {
    }
}
