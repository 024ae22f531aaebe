namespace ActorEtcd.Persistence.Bbolt;

/// <summary>One key of a bucket and its value.</summary>
public readonly record struct BboltItem(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value)
{
    /// <summary>Where the value was found in the file; 0 when the item was not read from one.</summary>
    public long Offset { get; init; }
}
