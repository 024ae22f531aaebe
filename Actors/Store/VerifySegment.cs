namespace ActorEtcd.Store;

/// <summary>
/// To the scrubber: this segment holds a record that is not what was written. Actors publish it on the event stream.
/// </summary>
public sealed record VerifySegment(long Id);
