namespace ActorEtcd.Client;

/// <summary>Measures nothing.</summary>
public sealed class SilentReadObserver : IReadObserver
{
    public static readonly SilentReadObserver Instance = new();

    private SilentReadObserver()
    {
    }

    public long RangeBegins() => 0;

    public void RangeEnded(long begun, bool isSuccess)
    {
    }
}
