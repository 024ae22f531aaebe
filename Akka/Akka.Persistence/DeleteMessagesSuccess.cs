namespace Akka.Persistence;

/// <summary>Events up to a sequence number are deleted.</summary>
public sealed class DeleteMessagesSuccess : IEquatable<DeleteMessagesSuccess>
{
    public DeleteMessagesSuccess(long toSequenceNr)
    {
        ToSequenceNr = toSequenceNr;
    }

    public long ToSequenceNr { get; }

    public bool Equals(DeleteMessagesSuccess? other) =>
        other is not null
        && ToSequenceNr == other.ToSequenceNr;

    public override bool Equals(object? obj) => Equals(obj as DeleteMessagesSuccess);

    public override int GetHashCode() => HashCode.Combine(ToSequenceNr);

    public override string ToString() => $"DeleteMessagesSuccess<toSequenceNr: {ToSequenceNr}>";
}
