namespace ActorEtcd.Raft;

/// <summary>
/// Carries the status from the Raft actor, its only writer, to any thread that wants to read it without
/// asking the actor.
/// </summary>
public sealed class RaftStatusHolder
{
    private volatile RaftStatus _current = RaftStatus.Unknown;
    private long _lateHeartbeats;

    public RaftStatus Current
    {
        get => _current;
        internal set => _current = value;
    }

    /// <summary>How often this member as the leader sent its heartbeats late, since the start.</summary>
    public long LateHeartbeats => Volatile.Read(ref _lateHeartbeats);

    /// <summary>Called on the Raft actor's thread with the round trip of each heartbeat; must not block.</summary>
    public Action<MemberId, TimeSpan>? RoundTripMeasured { get; set; }

    internal void CountLateHeartbeat() => Volatile.Write(ref _lateHeartbeats, _lateHeartbeats + 1);
}
