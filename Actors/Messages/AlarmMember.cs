namespace ActorEtcd.Messages;

/// <summary>An alarm that a member has raised.</summary>
public readonly record struct AlarmMember(MemberId Member, AlarmType Alarm);
