namespace ActorEtcd.Store;

/// <summary>Bytes of all segments, and of the records in them that can still be read.</summary>
public readonly record struct StoreSize(long TotalBytes, long LiveBytes);
