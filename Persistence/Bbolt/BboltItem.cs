namespace ActorEtcd.Persistence.Bbolt;

/// <summary>One key of a bucket and its value.</summary>
public readonly record struct BboltItem(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value);
