using Akka.Actor;

namespace Akka.Persistence;

/// <summary>One event as a journal stores it.</summary>
public interface IPersistentRepresentation
{
    object Payload { get; }

    string Manifest { get; }

    string PersistenceId { get; }

    long SequenceNr { get; }

    /// <summary>Ticks of the time of storing, or 0 when the journal does not record it.</summary>
    long Timestamp { get; }

    /// <summary>Names the incarnation of the persistent actor that wrote the event.</summary>
    string WriterGuid { get; }

    bool IsDeleted { get; }

    IActorRef? Sender { get; }

    IPersistentRepresentation WithPayload(object payload);

    IPersistentRepresentation WithManifest(string manifest);

    IPersistentRepresentation WithTimestamp(long timestamp);

    IPersistentRepresentation Update(
        long sequenceNr, string persistenceId, bool isDeleted, IActorRef? sender, string writerGuid);
}
