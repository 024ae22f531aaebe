namespace ActorEtcd.Messages;

/// <summary>etcd: <c>Compare.CompareTarget</c>, same numbers.</summary>
public enum CompareTarget
{
    Version = 0,
    Create = 1,
    Mod = 2,
    Value = 3,
    Lease = 4,
}
