using System.Collections.Immutable;
using ActorEtcd.Client;
using ActorEtcd.Log;
using ActorEtcd.Members;
using Akka.Actor;

namespace ActorEtcd.Apply;

/// <summary>Root to apply actor: a checkpoint from the leader replaces the state; answered with <see cref="StateReplaced"/>.</summary>
public sealed record ReplaceState(Applier Applier, CheckpointManifest Manifest);

/// <summary>The apply actor works on the state of this checkpoint now.</summary>
public sealed record StateReplaced(CheckpointManifest Manifest);

/// <summary>Edge to apply actor: which leases are there?</summary>
public sealed record ListLeases(Pending<ImmutableArray<LeaseId>> Reply) : IAwaitedRequest
{
    public void Fail(EtcdError error) => Reply.TryFail(error);
}

/// <summary>Edge to apply actor: which keys hang on this lease? In key order.</summary>
public sealed record ListLeaseKeys(LeaseId Id, Pending<ImmutableArray<Bytes>> Reply) : IAwaitedRequest
{
    public void Fail(EtcdError error) => Reply.TryFail(error);
}

/// <summary>Edge to apply actor: tell me when all that is compacted is gone from the index.</summary>
public sealed record AwaitCompaction(Pending<bool> Done) : IAwaitedRequest
{
    public void Fail(EtcdError error) => Done.TryFail(error);
}

/// <summary>
/// Edge to apply actor: give back the space of all that is compacted, and tell me when a checkpoint no longer needs it.
/// </summary>
public sealed record Defragment(Pending<bool> Done) : IAwaitedRequest
{
    public void Fail(EtcdError error) => Done.TryFail(error);
}

/// <summary>Edge to apply actor: take a checkpoint now, whatever the count of entries says.</summary>
public sealed record CheckpointNow
{
    public static readonly CheckpointNow Instance = new();
}

/// <summary>Apply actor to its parent: the member list is another.</summary>
public sealed record MembersChanged(MemberTable Members);

/// <summary>The actors that hear of what was applied.</summary>
public sealed record ApplyListeners(IActorRef Gateway, IActorRef Watch, IActorRef Lease, IActorRef Checkpoint)
{
    /// <summary>Tells watchers of the v2 store.</summary>
    public IActorRef V2Watch { get; init; } = ActorRefs.Nobody;
}
