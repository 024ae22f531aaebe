namespace ActorEtcd.Apply;

/// <summary>For whoever does not measure.</summary>
public sealed class SilentCompactionObserver : ICompactionObserver
{
    public static readonly SilentCompactionObserver Instance = new();

    private SilentCompactionObserver()
    {
    }

    public void IndexSlice(TimeSpan duration, long changes)
    {
    }

    public void MoveSlice(TimeSpan duration)
    {
    }

    public void Ended(TimeSpan duration, DateTimeOffset at)
    {
    }
}
