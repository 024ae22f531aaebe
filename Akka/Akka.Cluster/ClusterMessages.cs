namespace Akka.Cluster;

/// <summary>Asks a node whether it is in a cluster.</summary>
internal sealed record InitJoin : IClusterMessage, IDeadLetterSuppression
{
    public static readonly InitJoin Instance = new();
}

/// <summary>It is.</summary>
internal sealed record InitJoinAck(Address Address) : IClusterMessage, IDeadLetterSuppression;

/// <summary>It is not, or not any more.</summary>
internal sealed record InitJoinNack(Address Address) : IClusterMessage, IDeadLetterSuppression;

/// <summary>Wants to be a member.</summary>
internal sealed record Join(UniqueAddress Node, ImmutableHashSet<string> Roles, AppVersion AppVersion) : IClusterMessage;

/// <summary>It is one now, of this cluster.</summary>
internal sealed record Welcome(UniqueAddress From, Gossip Gossip) : IClusterMessage;

/// <summary>The member at the address shall leave.</summary>
internal sealed record Leave(Address Address) : IClusterMessage;

/// <summary>The member at the address counts as gone.</summary>
internal sealed record Down(Address Address) : IClusterMessage;

/// <summary>An exiting member has done what it had to do; it need not be waited for.</summary>
internal sealed record ExitingConfirmed(UniqueAddress Node) : IClusterMessage, IDeadLetterSuppression;

internal sealed record GossipEnvelope(UniqueAddress From, UniqueAddress To, Gossip Gossip) : IClusterMessage, IDeadLetterSuppression;

/// <summary>Which state the sender has, instead of the state itself.</summary>
internal sealed record GossipStatus(UniqueAddress From, VectorClock Version) : IClusterMessage, IDeadLetterSuppression;

internal sealed record Heartbeat(Address From, long SequenceNr) : IClusterMessage, IDeadLetterSuppression;

internal sealed record HeartbeatRsp(UniqueAddress From, long SequenceNr) : IClusterMessage, IDeadLetterSuppression;
