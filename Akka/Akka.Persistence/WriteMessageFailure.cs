namespace Akka.Persistence;

/// <summary>It is unknown whether one event is stored.</summary>
public sealed class WriteMessageFailure : IJournalResponse, IEquatable<WriteMessageFailure>
{
    public WriteMessageFailure(IPersistentRepresentation persistent, Exception cause, int actorInstanceId)
    {
        Persistent = persistent;
        Cause = cause;
        ActorInstanceId = actorInstanceId;
    }

    public IPersistentRepresentation Persistent { get; }

    public Exception Cause { get; }

    public int ActorInstanceId { get; }

    public bool Equals(WriteMessageFailure? other) =>
        other is not null
        && Equals(Persistent, other.Persistent)
        && Equals(Cause, other.Cause)
        && ActorInstanceId == other.ActorInstanceId;

    public override bool Equals(object? obj) => Equals(obj as WriteMessageFailure);

    public override int GetHashCode() => HashCode.Combine(Persistent, Cause, ActorInstanceId);

    public override string ToString() =>
        $"WriteMessageFailure<persistent: {Persistent}, cause: {Cause}, actorInstanceId: {ActorInstanceId}>";
}
