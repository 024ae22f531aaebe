namespace ActorEtcd.Watch;

/// <summary>Counts watchers of one node, readable from any thread.</summary>
public sealed class WatchCounters
{
    private long _slow;

    /// <summary>Watchers that read the past, or wait for their client, and so are not told of changes as they happen (etcd: unsynced).</summary>
    public long Slow => Volatile.Read(ref _slow);

    internal void BecameSlow() => Interlocked.Increment(ref _slow);

    internal void SlowEnded() => Interlocked.Decrement(ref _slow);
}
