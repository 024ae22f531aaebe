namespace ActorEtcd.Store;

/// <summary>A segment could not be written; what is on the disk is unknown, so nobody may try again.</summary>
public sealed class SegmentWriteException(string segment, Exception cause)
    : Exception($"segment {segment} could not be written: {cause.Message}", cause)
{
    public string Segment { get; } = segment;
}
