using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Events up to a sequence number may not have been deleted.</summary>
public sealed class DeleteMessagesFailure : INoSerializationVerificationNeeded, IEquatable<DeleteMessagesFailure>
{
    public DeleteMessagesFailure(Exception cause, long toSequenceNr)
    {
        Cause = cause;
        ToSequenceNr = toSequenceNr;
    }

    public Exception Cause { get; }

    public long ToSequenceNr { get; }

    public bool Equals(DeleteMessagesFailure? other) =>
        other is not null
        && Equals(Cause, other.Cause)
        && ToSequenceNr == other.ToSequenceNr;

    public override bool Equals(object? obj) => Equals(obj as DeleteMessagesFailure);

    public override int GetHashCode() => HashCode.Combine(Cause, ToSequenceNr);

    public override string ToString() => $"DeleteMessagesFailure<cause: {Cause}, toSequenceNr: {ToSequenceNr}>";
}
