namespace ActorEtcd.Messages;

/// <summary>etcd: <c>Compare.CompareResult</c>, same numbers.</summary>
public enum CompareResult
{
    Equal = 0,
    Greater = 1,
    Less = 2,
    NotEqual = 3,
}
