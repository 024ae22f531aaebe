using System.Collections.Immutable;
using ActorEtcd.Messages;
using Akka.Actor;

namespace ActorEtcd.Client;

/// <summary>Edge to gateway: put this command through the log.</summary>
public sealed record Submit(PendingCommand Command) : IAwaitedRequest
{
    public void Fail(EtcdError error) => Command.TryFail(error);
}

/// <summary>Edge to gateway: tell me when a linearizable read may look at the store.</summary>
public sealed record AwaitRead(PendingRead Read) : IAwaitedRequest
{
    public void Fail(EtcdError error) => Read.TryFail(error);
}

/// <summary>The result of one command that was applied: exactly one of result and error.</summary>
public readonly record struct Outcome(ulong RequestId, OpResult? Result, EtcdError Error);

/// <summary>Apply actor to gateway: everything up to the index is applied and visible, with these outcomes.</summary>
public sealed record BatchApplied(long AppliedIndex, ImmutableArray<Outcome> Outcomes);

/// <summary>Root to gateway: the Raft actor is there.</summary>
public sealed record UseRaft(IActorRef Raft);
