namespace ActorEtcd.Watch;

/// <summary>Where a watcher is.</summary>
/// <param name="NextRevision">Every event of its range below this revision was sent; none at or above it.</param>
/// <param name="Epoch">Grows with every turn to the store or the hub, so that late answers to earlier turns are known.</param>
public sealed record WatcherCursor(long NextRevision, int Epoch)
{
    /// <summary>The first revision of its range that the hub sent while the watcher was paused; 0 for none.</summary>
    public long FirstMissed { get; init; }

    /// <summary>Whether the client reads again, before the hub was heard from.</summary>
    public bool IsResumed { get; init; }

    /// <summary>The cursor of a watcher that was sent everything up to the revision but for what it missed.</summary>
    public WatcherCursor After(long revision)
        => this with
        {
            NextRevision = Math.Max(NextRevision, FirstMissed > 0 ? FirstMissed : revision + 1),
            FirstMissed = 0,
            IsResumed = false,
        };
}
