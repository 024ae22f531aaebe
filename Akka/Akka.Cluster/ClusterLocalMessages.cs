namespace Akka.Cluster;

/// <summary>Join the cluster of the node at the address; of this one's own: form a new cluster.</summary>
internal sealed record JoinTo(Address Address);

internal sealed record JoinSeedNodes(ImmutableList<Address> SeedNodes);

internal sealed record Subscribe(
    IActorRef Subscriber, ClusterEvent.SubscriptionInitialStateMode InitialStateMode, ImmutableHashSet<Type> To);

internal sealed record Unsubscribe(IActorRef Subscriber, Type To);

internal sealed record SendCurrentClusterState(IActorRef Receiver);

internal sealed record AddOnMemberUpListener(Action Callback) : INoSerializationVerificationNeeded;

internal sealed record AddOnMemberRemovedListener(Action Callback) : INoSerializationVerificationNeeded;

/// <summary>The coordinated shutdown has done its tasks for an exiting member.</summary>
internal sealed record ExitingCompleted
{
    public static readonly ExitingCompleted Instance = new();
}

internal sealed record GossipTick : IDeadLetterSuppression
{
    public static readonly GossipTick Instance = new();
}

internal sealed record LeaderActionsTick : IDeadLetterSuppression
{
    public static readonly LeaderActionsTick Instance = new();
}

internal sealed record ReapUnreachableTick : IDeadLetterSuppression
{
    public static readonly ReapUnreachableTick Instance = new();
}

/// <summary>An attempt to join has been without an answer for long enough.</summary>
internal sealed record JoinTimeout : IDeadLetterSuppression
{
    public static readonly JoinTimeout Instance = new();
}
