namespace Akka.Coordination;

/// <summary>
/// A lock that one owner at a time holds, and that it loses when it is not heard of for a while. An owner that was told
/// yes must still expect to lose it.
/// </summary>
public abstract class Lease
{
    public Lease(LeaseSettings settings)
    {
        Settings = settings;
    }

    public LeaseSettings Settings { get; }

    /// <summary>True: this owner holds it now. False: somebody else does.</summary>
    public abstract Task<bool> Acquire();

    /// <param name="leaseLostCallback">Told when it is lost later; with a reason, or null.</param>
    public abstract Task<bool> Acquire(Action<Exception> leaseLostCallback);

    /// <summary>True: this owner does not hold it any more.</summary>
    public abstract Task<bool> Release();

    /// <summary>Whether this owner holds it, as far as it knows; answers at once.</summary>
    public abstract bool CheckLease();
}
