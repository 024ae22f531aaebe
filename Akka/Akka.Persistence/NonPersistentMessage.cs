using Akka.Actor;

namespace Akka.Persistence;

/// <summary>A deferred event: it travels through the journal for its place in the order, and is not stored.</summary>
internal sealed class NonPersistentMessage(object payload, IActorRef? sender) : IPersistentEnvelope
{
    public object Payload { get; } = payload;

    public IActorRef? Sender { get; } = sender;

    public int Size => 1;
}
