namespace ActorEtcd.Watch;

/// <summary>Limits of the watch actors.</summary>
/// <param name="ProgressNotifyInterval">How long a watcher that asked for it stays silent before it tells its progress.</param>
/// <param name="FragmentBytes">The size in bytes above which a response is cut, for watchers that allow it.</param>
public sealed record WatchSettings(TimeSpan ProgressNotifyInterval, int FragmentBytes)
{
    /// <summary>Revisions that a watcher reads from history in one turn.</summary>
    public const int SliceRevisions = 256;

    /// <summary>Bytes after which a response built from history is sent; it ends at the next revision boundary.</summary>
    public const int ResponseBytes = 512 * 1024;

    /// <summary>Bytes that a watcher sends from history in one turn, so that a full sink can stop it in time.</summary>
    public const int SliceBytes = 2 * ResponseBytes;

    /// <summary>Revisions that a watcher may be behind when it joins the live feed.</summary>
    public const int JoinGapRevisionsMax = 1024;

    public WatchCounters Counters { get; init; } = new();
}
