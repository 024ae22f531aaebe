using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Events of one persistent actor that are stored together or not at all.</summary>
public sealed class AtomicWrite : IPersistentEnvelope
{
    private readonly IImmutableList<IPersistentRepresentation> _events;

    public AtomicWrite(IPersistentRepresentation @event)
        : this(ImmutableArray.Create(@event))
    {
    }

    public AtomicWrite(IImmutableList<IPersistentRepresentation> payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (payload.Count == 0)
        {
            throw new ArgumentException("An atomic write needs at least one event", nameof(payload));
        }

        var first = payload[0];
        foreach (var representation in payload)
        {
            if (!string.Equals(representation.PersistenceId, first.PersistenceId, StringComparison.Ordinal))
            {
                throw new ArgumentException(
                    $"An atomic write belongs to one persistence id, not to {first.PersistenceId} and {representation.PersistenceId}",
                    nameof(payload));
            }
        }

        _events = payload;
        PersistenceId = first.PersistenceId;
        LowestSequenceNr = first.SequenceNr;
        HighestSequenceNr = payload[^1].SequenceNr;
    }

    private AtomicWrite(ImmutableArray<IPersistentRepresentation> single)
    {
        var only = single[0];
        _events = single;
        PersistenceId = only.PersistenceId;
        LowestSequenceNr = only.SequenceNr;
        HighestSequenceNr = only.SequenceNr;
    }

    public string PersistenceId { get; }

    public long LowestSequenceNr { get; }

    public long HighestSequenceNr { get; }

    /// <summary>The events: an <see cref="IImmutableList{T}"/> of <see cref="IPersistentRepresentation"/>.</summary>
    public object Payload => _events;

    public IActorRef? Sender => ActorRefs.NoSender;

    public int Size => _events.Count;

    internal IImmutableList<IPersistentRepresentation> Events => _events;

    public bool Equals(AtomicWrite? other) => other is not null && _events.SequenceEqual(other._events);

    public override bool Equals(object? obj) => Equals(obj as AtomicWrite);

    public override int GetHashCode() => HashCode.Combine(PersistenceId, LowestSequenceNr, HighestSequenceNr);

    public override string ToString() =>
        $"AtomicWrite<pid: {PersistenceId}, lowSeqNr: {LowestSequenceNr}, highSeqNr: {HighestSequenceNr}, size: {Size}>";
}
