namespace ActorEtcd.Lease;

/// <summary>Hears what happens to leases, on the lease actor's thread; must not block.</summary>
public interface ILeaseObserver
{
    void Granted(long ttlSeconds);

    /// <summary>A lease is gone, for whatever reason.</summary>
    void Revoked();

    /// <summary>A lease is gone because its time was over; only the leader knows.</summary>
    void Expired();

    /// <summary>The leader gave a lease its time again.</summary>
    void Renewed();
}
