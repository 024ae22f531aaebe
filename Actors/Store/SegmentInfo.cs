namespace ActorEtcd.Store;

/// <summary>
/// What a manifest says of one segment. <paramref name="Length"/> counts the header; <paramref name="Crc"/> is the
/// CRC-32C of that many bytes and is filled in by <see cref="ISegmentStorage.Flush"/>.
/// </summary>
public sealed record SegmentInfo(
    long Id,
    long MinRevision,
    long MaxRevision,
    int Length,
    uint Crc,
    int Records,
    int LiveRecords,
    long LiveBytes,
    bool IsSealed)
{
    /// <summary>Whether the segment holds a part of the replicated state instead of records; such ones have negative revisions.</summary>
    public bool IsState => MinRevision < 0;

    /// <summary>Whether both hold the same records, whatever each member calls the segment.</summary>
    public bool HasSameContent(SegmentInfo other) =>
        MinRevision == other.MinRevision && MaxRevision == other.MaxRevision && Length == other.Length
        && Crc == other.Crc && Records == other.Records;
}
