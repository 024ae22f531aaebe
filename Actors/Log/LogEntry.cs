namespace ActorEtcd.Log;

/// <summary>One entry of the Raft log. The data is opaque here and nobody writes to it any more.</summary>
public sealed record LogEntry(long Index, long Term, EntryKind Kind, ReadOnlyMemory<byte> Data)
{
    /// <summary>What an entry costs besides its data, in memory and on the wire, in bytes.</summary>
    public const int OverheadBytes = 32;

    /// <summary>The size that every bound on entries counts.</summary>
    public long SizeBytes => Data.Length + OverheadBytes;
}
