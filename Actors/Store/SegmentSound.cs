namespace ActorEtcd.Store;

/// <summary>Scrubber to root: a segment that was mended was read back from the disk, and is what its manifest says.</summary>
public sealed record SegmentSound(long Id);
