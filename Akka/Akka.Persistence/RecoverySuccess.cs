using Akka.Event;

namespace Akka.Persistence;

/// <summary>All requested events have been replayed.</summary>
public sealed class RecoverySuccess : IJournalResponse, IDeadLetterSuppression, IEquatable<RecoverySuccess>
{
    public RecoverySuccess(long highestSequenceNr)
    {
        HighestSequenceNr = highestSequenceNr;
    }

    public long HighestSequenceNr { get; }

    public bool Equals(RecoverySuccess? other) =>
        other is not null
        && HighestSequenceNr == other.HighestSequenceNr;

    public override bool Equals(object? obj) => Equals(obj as RecoverySuccess);

    public override int GetHashCode() => HashCode.Combine(HighestSequenceNr);

    public override string ToString() => $"RecoverySuccess<highestSequenceNr: {HighestSequenceNr}>";
}
