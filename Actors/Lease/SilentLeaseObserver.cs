namespace ActorEtcd.Lease;

/// <summary>For whoever does not measure.</summary>
public sealed class SilentLeaseObserver : ILeaseObserver
{
    public static readonly SilentLeaseObserver Instance = new();

    private SilentLeaseObserver()
    {
    }

    public void Granted(long ttlSeconds)
    {
    }

    public void Revoked()
    {
    }

    public void Expired()
    {
    }

    public void Renewed()
    {
    }
}
