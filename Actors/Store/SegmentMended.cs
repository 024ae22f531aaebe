namespace ActorEtcd.Store;

/// <summary>The file of the segment holds again what its manifest names.</summary>
/// <param name="Bytes">How many of its bytes came from another member.</param>
public sealed record SegmentMended(SegmentInfo Segment, long Bytes);
