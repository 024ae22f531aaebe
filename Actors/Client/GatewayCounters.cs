namespace ActorEtcd.Client;

/// <summary>What the gateway counts, readable from any thread. Written by the gateway actor alone.</summary>
public sealed class GatewayCounters
{
    private long _pending;
    private long _failed;
    private long _failedReads;
    private long _slowReads;

    /// <summary>Commands whose outcome is awaited.</summary>
    public long Pending
    {
        get => Volatile.Read(ref _pending);
        internal set => Volatile.Write(ref _pending, value);
    }

    /// <summary>Commands that were refused for load or ran out of time, since the start.</summary>
    public long Failed
    {
        get => Volatile.Read(ref _failed);
        internal set => Volatile.Write(ref _failed, value);
    }

    /// <summary>Linearizable reads that ran out of time, since the start.</summary>
    public long FailedReads
    {
        get => Volatile.Read(ref _failedReads);
        internal set => Volatile.Write(ref _failedReads, value);
    }

    /// <summary>Read rounds that were refused, and reads that ran out of time, since the start.</summary>
    public long SlowReads
    {
        get => Volatile.Read(ref _slowReads);
        internal set => Volatile.Write(ref _slowReads, value);
    }
}
