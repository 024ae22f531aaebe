using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Any message of the journal and snapshot protocols.</summary>
public interface IPersistenceMessage : INoSerializationVerificationNeeded
{
}
