namespace ActorEtcd.Store;

/// <summary>A place of a segment that holds no sound records, and the revisions between which those lie that were there.</summary>
internal sealed record SegmentGap(int Start, int Length, Revision After, Revision Before);
