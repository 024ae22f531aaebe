namespace ActorEtcd.V2;

/// <summary>What an event of the v2 store tells of (etcd: <c>v2store/event.go</c>).</summary>
public enum V2Action
{
    Get,
    Create,
    Set,
    Update,
    Delete,
    CompareAndSwap,
    CompareAndDelete,
    Expire,
}
