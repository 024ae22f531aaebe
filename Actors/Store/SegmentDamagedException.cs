namespace ActorEtcd.Store;

/// <summary>A segment does not hold what its manifest says.</summary>
public sealed class SegmentDamagedException(string segment, long offset, string reason)
    : DamagedDataException($"segment {segment} is damaged at offset {offset}: {reason}")
{
    /// <summary>The file, or the name of a segment in memory.</summary>
    public string Segment { get; } = segment;

    public long Offset { get; } = offset;

    public string Reason { get; } = reason;
}
