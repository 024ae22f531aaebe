namespace ActorEtcd.Messages;

/// <summary>etcd: <c>AlarmRequest.AlarmAction</c>, same numbers.</summary>
public enum AlarmAction
{
    Get = 0,
    Activate = 1,
    Deactivate = 2,
}
