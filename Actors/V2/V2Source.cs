namespace ActorEtcd.V2;

/// <summary>
/// Where any thread finds the applied v2 store, without a lock. The apply actor writes state and counters, the watch hub
/// what concerns watchers, the clock since when there is this leader.
/// </summary>
public sealed class V2Source(V2State state, V2Counters counters)
{
    private volatile V2State _state = state;
    private volatile V2Counters _counters = counters;
    private long _watchers;
    private long _watchRequests;
    private long _leaderSince;

    public V2State State
    {
        get => _state;
        internal set => _state = value;
    }

    public V2Counters Counters
    {
        get => _counters;
        internal set => _counters = value;
    }

    /// <summary>Watchers that wait on this member.</summary>
    public long Watchers
    {
        get => Volatile.Read(ref _watchers);
        internal set => Volatile.Write(ref _watchers, value);
    }

    /// <summary>Watches that were asked for since the start.</summary>
    public long WatchRequests => Volatile.Read(ref _watchRequests);

    /// <summary>When this member heard of the leader that it follows, or became it; in ticks, 0 before there was one.</summary>
    public long LeaderSinceTicks
    {
        get => Volatile.Read(ref _leaderSince);
        internal set => Volatile.Write(ref _leaderSince, value);
    }

    internal void CountWatchRequest() => Interlocked.Increment(ref _watchRequests);
}
