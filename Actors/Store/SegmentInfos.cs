namespace ActorEtcd.Store;

/// <summary>Describes segments as they are now; for the thread that writes them, or when they are sealed.</summary>
public static class SegmentInfos
{
    public static SegmentInfo Of(Segment segment, uint crc) => new(
        segment.Id,
        segment.MinRevision,
        segment.MaxRevision,
        segment.Length,
        crc,
        segment.Records,
        segment.LiveRecords,
        segment.LiveBytes,
        segment.IsSealed);
}
