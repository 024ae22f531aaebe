namespace ActorEtcd.Messages;

/// <summary>etcd: <c>AlarmType</c>, same numbers.</summary>
public enum AlarmType
{
    None = 0,
    NoSpace = 1,
    Corrupt = 2,
}
