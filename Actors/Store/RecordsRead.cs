namespace ActorEtcd.Store;

/// <summary>Records as they lie in segments, one after the other.</summary>
/// <param name="IsEnd">There are no more between the revisions that were asked for.</param>
public sealed record RecordsRead(long Transfer, ReadOnlyMemory<byte> Bytes, bool IsEnd) : SegmentMessage(Transfer);
