namespace ActorEtcd.Store;

/// <summary>The bytes of a segment from an offset on.</summary>
public sealed record SegmentChunk(long Transfer, long Segment, int Offset, ReadOnlyMemory<byte> Bytes)
    : SegmentMessage(Transfer);
