using Akka.Event;

namespace Akka.Persistence;

/// <summary>The replay stopped with an error.</summary>
public sealed class ReplayMessagesFailure : IJournalResponse, IDeadLetterSuppression, IEquatable<ReplayMessagesFailure>
{
    public ReplayMessagesFailure(Exception cause)
    {
        Cause = cause;
    }

    public Exception Cause { get; }

    public bool Equals(ReplayMessagesFailure? other) =>
        other is not null
        && Equals(Cause, other.Cause);

    public override bool Equals(object? obj) => Equals(obj as ReplayMessagesFailure);

    public override int GetHashCode() => HashCode.Combine(Cause);

    public override string ToString() => $"ReplayMessagesFailure<cause: {Cause}>";
}
