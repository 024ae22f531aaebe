namespace ActorEtcd.Store;

/// <summary>A segment could not be read just now, for a reason that says nothing about what it holds; later it may be.</summary>
public sealed class SegmentUnreadableException(long id, string segment, Exception cause)
    : Exception($"segment {segment} cannot be read: {cause.Message}", cause)
{
    public long Id { get; } = id;
}
