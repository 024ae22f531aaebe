using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Asks a journal for the stored events of a persistence id.</summary>
public sealed class ReplayMessages : IJournalRequest, IEquatable<ReplayMessages>
{
    public ReplayMessages(
        long fromSequenceNr, long toSequenceNr, long max, string persistenceId, IActorRef persistentActor)
    {
        FromSequenceNr = fromSequenceNr;
        ToSequenceNr = toSequenceNr;
        Max = max;
        PersistenceId = persistenceId;
        PersistentActor = persistentActor;
    }

    public long FromSequenceNr { get; }

    public long ToSequenceNr { get; }

    public long Max { get; }

    public string PersistenceId { get; }

    public IActorRef PersistentActor { get; }

    public bool Equals(ReplayMessages? other) =>
        other is not null
        && FromSequenceNr == other.FromSequenceNr
        && ToSequenceNr == other.ToSequenceNr
        && Max == other.Max
        && Equals(PersistenceId, other.PersistenceId)
        && Equals(PersistentActor, other.PersistentActor);

    public override bool Equals(object? obj) => Equals(obj as ReplayMessages);

    public override int GetHashCode() => HashCode.Combine(FromSequenceNr, ToSequenceNr, Max, PersistenceId, PersistentActor);

    public override string ToString() =>
        $"ReplayMessages<fromSequenceNr: {FromSequenceNr}, toSequenceNr: {ToSequenceNr}, max: {Max}, persistenceId: {PersistenceId}, persistentActor: {PersistentActor}>";
}
