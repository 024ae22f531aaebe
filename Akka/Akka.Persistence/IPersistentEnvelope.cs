using Akka.Actor;

namespace Akka.Persistence;

/// <summary>What a persistent actor hands to its journal: an atomic write or a deferred event.</summary>
public interface IPersistentEnvelope
{
    object Payload { get; }

    IActorRef? Sender { get; }

    int Size { get; }
}
