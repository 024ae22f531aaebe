namespace ActorEtcd.Messages;

/// <summary>etcd: <c>RangeRequest.SortOrder</c>, same numbers.</summary>
public enum SortOrder
{
    None = 0,
    Ascend = 1,
    Descend = 2,
}
