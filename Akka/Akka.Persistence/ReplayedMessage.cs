using Akka.Event;

namespace Akka.Persistence;

/// <summary>One stored event.</summary>
public sealed class ReplayedMessage : IJournalResponse, IDeadLetterSuppression, IEquatable<ReplayedMessage>
{
    public ReplayedMessage(IPersistentRepresentation persistent)
    {
        Persistent = persistent;
    }

    public IPersistentRepresentation Persistent { get; }

    public bool Equals(ReplayedMessage? other) =>
        other is not null
        && Equals(Persistent, other.Persistent);

    public override bool Equals(object? obj) => Equals(obj as ReplayedMessage);

    public override int GetHashCode() => HashCode.Combine(Persistent);

    public override string ToString() => $"ReplayedMessage<persistent: {Persistent}>";
}
