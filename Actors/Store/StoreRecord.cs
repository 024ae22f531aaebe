namespace ActorEtcd.Store;

/// <summary>A stored record and where it stands in history.</summary>
public readonly record struct StoreRecord(Revision Revision, ReadOnlyMemory<byte> Record, bool IsTombstone)
{
    /// <summary>The key, out of the record.</summary>
    public ReadOnlySpan<byte> Key => KeyValue.ParseKey(Record.Span);
}
