namespace ActorEtcd.Alarms;

/// <summary>When the alarm for space is raised and cleared.</summary>
/// <param name="Member">This member, in whose name it raises the alarm.</param>
/// <param name="QuotaBytes">The most live bytes.</param>
public sealed record SpaceAlarmSettings(MemberId Member, long QuotaBytes)
{
    public static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Lets a proposal that was lost with its leader be made again.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);

    /// <summary>Live bytes below which there is space again: far enough from the quota for the alarm not to flicker.</summary>
    public long LowWaterBytes => QuotaBytes / 10 * 9;
}
