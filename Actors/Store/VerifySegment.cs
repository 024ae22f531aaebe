namespace ActorEtcd.Store;

/// <summary>To the scrubber: a read met a record of this segment that is not what was written.</summary>
public sealed record VerifySegment(long Id);
