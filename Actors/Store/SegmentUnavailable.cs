namespace ActorEtcd.Store;

/// <summary>There is no such segment, or no such bytes in it.</summary>
public sealed record SegmentUnavailable(long Transfer, long Segment) : SegmentMessage(Transfer);
