using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Asks a journal to write a batch of one persistent actor.</summary>
public sealed class WriteMessages : IJournalRequest, IEquatable<WriteMessages>
{
    public WriteMessages(IEnumerable<IPersistentEnvelope> messages, IActorRef persistentActor, int actorInstanceId)
    {
        Messages = messages;
        PersistentActor = persistentActor;
        ActorInstanceId = actorInstanceId;
    }

    public IEnumerable<IPersistentEnvelope> Messages { get; }

    public IActorRef PersistentActor { get; }

    public int ActorInstanceId { get; }

    public bool Equals(WriteMessages? other) =>
        other is not null
        && Equals(Messages, other.Messages)
        && Equals(PersistentActor, other.PersistentActor)
        && ActorInstanceId == other.ActorInstanceId;

    public override bool Equals(object? obj) => Equals(obj as WriteMessages);

    public override int GetHashCode() => HashCode.Combine(Messages, PersistentActor, ActorInstanceId);

    public override string ToString() =>
        $"WriteMessages<messages: {Messages}, persistentActor: {PersistentActor}, actorInstanceId: {ActorInstanceId}>";
}
