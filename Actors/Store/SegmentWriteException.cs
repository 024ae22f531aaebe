namespace ActorEtcd.Store;

/// <summary>
/// A segment could not be written; what is on the disk is unknown, so nobody may try again, unless there merely was no room.
/// </summary>
public sealed class SegmentWriteException(string segment, Exception cause)
    : Exception($"segment {segment} could not be written: {cause.Message}", cause)
{
    public string Segment { get; } = segment;

    /// <summary>There was no room for it, and what was durable before is so still: it can be written later.</summary>
    public bool IsNoSpace { get; init; }
}
