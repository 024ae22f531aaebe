namespace ActorEtcd.Messages;

/// <summary>Asks for, raises or clears alarms (etcd: <c>AlarmRequest</c>).</summary>
public sealed record AlarmRequest(AlarmAction Action, MemberId Member, AlarmType Alarm) : RaftCommand;
