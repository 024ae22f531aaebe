using ActorEtcd.Store;

namespace ActorEtcd.Specs.Store;

/// <summary>Leases up to 99 exist.</summary>
internal sealed class AllLeases : ILeaseSet
{
    public bool Exists(LeaseId lease) => lease.Value < 100;
}
