namespace ActorEtcd.Messages;

/// <summary>etcd: <c>RangeRequest.SortTarget</c>, same numbers.</summary>
public enum SortTarget
{
    Key = 0,
    Version = 1,
    Create = 2,
    Mod = 3,
    Value = 4,
}
