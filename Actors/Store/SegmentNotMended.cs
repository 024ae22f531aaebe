namespace ActorEtcd.Store;

/// <summary>No other member has what the segment lacks, or none answers.</summary>
public sealed record SegmentNotMended(SegmentInfo Segment, string Reason);
