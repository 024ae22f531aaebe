namespace ActorEtcd.Persistence.Journal;

/// <summary>One verified record; the payload is valid only until the next one is read.</summary>
public readonly ref struct WalRecord(byte type, ReadOnlySpan<byte> payload, long segment, string file, long offset)
{
    public byte Type { get; } = type;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Sequence of the segment that holds the record.</summary>
    public long Segment { get; } = segment;

    public string File { get; } = file;

    public long Offset { get; } = offset;
}
