namespace ActorEtcd.Store;

/// <summary>Answered with <see cref="SegmentChunk"/> or <see cref="SegmentUnavailable"/>.</summary>
public sealed record ReadSegmentChunk(long Transfer, long Segment, int Offset, int Length) : SegmentMessage(Transfer);
