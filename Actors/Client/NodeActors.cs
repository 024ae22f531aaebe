using Akka.Actor;

namespace ActorEtcd.Client;

/// <summary>The actors of a running node that the edge talks to.</summary>
public sealed record NodeActors(IActorRef Gateway, IActorRef Apply, IActorRef Watch, IActorRef Lease, IActorRef Raft)
{
    /// <summary>Hears of requests that there was no space for.</summary>
    public IActorRef Space { get; init; } = ActorRefs.Nobody;

    /// <summary>Hears of damage that a read meets.</summary>
    public IActorRef Scrub { get; init; } = ActorRefs.Nobody;

    /// <summary>Checks changes of the member list before they are proposed.</summary>
    public IActorRef Members { get; init; } = ActorRefs.Nobody;

    /// <summary>Tells watchers of the v2 store.</summary>
    public IActorRef V2Watch { get; init; } = ActorRefs.Nobody;
}
