namespace ActorEtcd.Watch;

/// <summary>Where a watcher is.</summary>
/// <param name="NextRevision">Every event of its range below this revision was sent; none at or above it.</param>
/// <param name="Epoch">Grows with every turn to the store or the hub, so that late answers to earlier turns are known.</param>
public sealed record WatcherCursor(long NextRevision, int Epoch);
