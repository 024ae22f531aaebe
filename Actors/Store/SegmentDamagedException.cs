namespace ActorEtcd.Store;

/// <summary>A segment does not hold what its manifest says.</summary>
public sealed class SegmentDamagedException(string segment, long offset, string reason)
    : DamagedDataException($"segment {segment} is damaged at offset {offset}: {reason}")
{
    /// <summary>What the manifest says of it, if that is how it was found damaged: then it may be mended.</summary>
    public SegmentInfo? Info { get; init; }

    /// <summary>The segment, if it was found damaged by a read; 0 otherwise.</summary>
    public long SegmentId { get; init; }

    /// <summary>The file, or the name of a segment in memory.</summary>
    public string Segment { get; } = segment;

    public long Offset { get; } = offset;

    public string Reason { get; } = reason;
}
