namespace ActorEtcd.Messages;

/// <summary>An alarm that a member has raised.</summary>
public readonly record struct AlarmMember(MemberId Member, AlarmType Alarm) : IComparable<AlarmMember>
{
    public int CompareTo(AlarmMember other)
        => Member != other.Member ? Member.CompareTo(other.Member) : Alarm.CompareTo(other.Alarm);
}
