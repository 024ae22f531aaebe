using Akka.Actor;

namespace Akka.Persistence;

/// <inheritdoc cref="IPersistentRepresentation"/>
public class Persistent : IPersistentRepresentation, IEquatable<IPersistentRepresentation>
{
    public Persistent(
        object payload,
        long sequenceNr = 0,
        string? persistenceId = null,
        string? manifest = null,
        bool isDeleted = false,
        IActorRef? sender = null,
        string? writerGuid = null,
        long timestamp = 0)
    {
        Payload = payload;
        SequenceNr = sequenceNr;
        PersistenceId = persistenceId ?? Undefined;
        Manifest = manifest ?? Undefined;
        IsDeleted = isDeleted;
        Sender = sender;
        WriterGuid = writerGuid ?? Undefined;
        Timestamp = timestamp;
    }

    /// <summary>The value of a string that is not known.</summary>
    public static string Undefined => string.Empty;

    public object Payload { get; }

    public string Manifest { get; }

    public string PersistenceId { get; }

    public long SequenceNr { get; }

    public long Timestamp { get; }

    public string WriterGuid { get; }

    public bool IsDeleted { get; }

    public IActorRef? Sender { get; }

    public IPersistentRepresentation WithPayload(object payload) =>
        new Persistent(payload, SequenceNr, PersistenceId, Manifest, IsDeleted, Sender, WriterGuid, Timestamp);

    public IPersistentRepresentation WithManifest(string manifest) =>
        string.Equals(Manifest, manifest, StringComparison.Ordinal)
            ? this
            : new Persistent(Payload, SequenceNr, PersistenceId, manifest, IsDeleted, Sender, WriterGuid, Timestamp);

    public IPersistentRepresentation WithTimestamp(long newTimestamp) => Timestamp == newTimestamp
        ? this
        : new Persistent(Payload, SequenceNr, PersistenceId, Manifest, IsDeleted, Sender, WriterGuid, newTimestamp);

    public IPersistentRepresentation Update(
        long sequenceNr, string persistenceId, bool isDeleted, IActorRef? sender, string writerGuid) =>
        new Persistent(Payload, sequenceNr, persistenceId, Manifest, isDeleted, sender, writerGuid);

    public bool Equals(IPersistentRepresentation? other) =>
        other is not null
        && SequenceNr == other.SequenceNr
        && string.Equals(PersistenceId, other.PersistenceId, StringComparison.Ordinal)
        && string.Equals(Manifest, other.Manifest, StringComparison.Ordinal)
        && string.Equals(WriterGuid, other.WriterGuid, StringComparison.Ordinal)
        && IsDeleted == other.IsDeleted
        && Equals(Sender, other.Sender)
        && Equals(Payload, other.Payload);

    public bool Equals(Persistent? other) => Equals((IPersistentRepresentation?)other);

    public override bool Equals(object? obj) => Equals(obj as IPersistentRepresentation);

    public override int GetHashCode() => HashCode.Combine(PersistenceId, SequenceNr, WriterGuid, Payload);

    public override string ToString() =>
        $"Persistent<pid: {PersistenceId}, seqNr: {SequenceNr}, deleted: {IsDeleted}, manifest: {Manifest}, sender: {Sender}, payload: {Payload}, writerGuid: {WriterGuid}>";
}
