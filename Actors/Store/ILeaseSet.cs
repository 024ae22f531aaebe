namespace ActorEtcd.Store;

/// <summary>Which leases exist.</summary>
public interface ILeaseSet
{
    bool Exists(LeaseId lease);
}
