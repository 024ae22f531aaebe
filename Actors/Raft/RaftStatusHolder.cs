namespace ActorEtcd.Raft;

/// <summary>
/// Carries the status from the Raft actor, its only writer, to any thread that wants to read it without
/// asking the actor.
/// </summary>
public sealed class RaftStatusHolder
{
    private volatile RaftStatus _current = RaftStatus.Unknown;

    public RaftStatus Current
    {
        get => _current;
        internal set => _current = value;
    }

    /// <summary>Called on the Raft actor's thread with the round trip of each heartbeat; must not block.</summary>
    public Action<MemberId, TimeSpan>? RoundTripMeasured { get; set; }
}
