namespace ActorEtcd.Compaction;

/// <summary>How much history is kept without being asked; with neither set, all of it.</summary>
/// <param name="Period">Keep the revisions of this much time.</param>
/// <param name="Revisions">Keep this many revisions.</param>
public sealed record AutoCompactionSettings(TimeSpan? Period, long? Revisions)
{
    /// <summary>How often a count of revisions is enforced (etcd: <c>revInterval</c>).</summary>
    public static readonly TimeSpan RevisionInterval = TimeSpan.FromMinutes(5);

    /// <summary>Samples of the revision taken per period, or per hour of a longer one (etcd: <c>retryDivisor</c>).</summary>
    public const int SamplesPerInterval = 10;

    /// <summary>The longest time between two compactions by period.</summary>
    public static readonly TimeSpan IntervalMax = TimeSpan.FromHours(1);
}
