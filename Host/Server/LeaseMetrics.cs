using ActorEtcd.Host.Metrics;
using ActorEtcd.Lease;

namespace ActorEtcd.Host.Server;

/// <summary>Counts what happens to leases, under etcd's names.</summary>
public sealed class LeaseMetrics(MetricRegistry registry) : ILeaseObserver
{
    private readonly Counter _granted = registry.Counter("etcd_debugging_lease_granted_total", "Leases granted.");
    private readonly Counter _revoked = registry.Counter("etcd_debugging_lease_revoked_total", "Leases revoked, the expired ones included.");
    private readonly Counter _renewed = registry.Counter("etcd_debugging_lease_renewed_total", "Renewals by this member as the leader.");
    private readonly Counter _expired = registry.Counter("etcd_debugging_server_lease_expired_total", "Leases expired under this member as the leader.");

    // From a second to three months.
    private readonly Histogram _ttl = registry.Histogram(
        "etcd_debugging_lease_ttl_total", "Times to live of granted leases, in seconds.", Histogram.Exponential(1, 2, 24));

    public void Granted(long ttlSeconds)
    {
        _granted.Increment();
        _ttl.Observe(ttlSeconds);
    }

    public void Revoked() => _revoked.Increment();

    public void Expired() => _expired.Increment();

    public void Renewed() => _renewed.Increment();
}
