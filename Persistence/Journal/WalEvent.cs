namespace ActorEtcd.Persistence.Journal;

/// <summary>One event as it lies in a record, undecoded.</summary>
internal ref struct WalEvent
{
    public ReadOnlySpan<byte> PersistenceId;
    public long SequenceNr;
    public int SerializerId;
    public ReadOnlySpan<byte> SerializerManifest;

    /// <summary>The event adapter's manifest, empty if it has none.</summary>
    public ReadOnlySpan<byte> AdapterManifest;

    /// <summary>Sixteen bytes of a guid, or the text if <see cref="WriterIsText"/>.</summary>
    public ReadOnlySpan<byte> Writer;
    public bool WriterIsText;
    public long Timestamp;
    public ReadOnlySpan<byte> Payload;
}
