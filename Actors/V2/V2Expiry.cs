namespace ActorEtcd.V2;

/// <summary>A node that goes at a time, in the order in which they go.</summary>
/// <param name="At">Unix nanoseconds.</param>
/// <param name="Path">The node's.</param>
public readonly record struct V2Expiry(long At, string Path) : IComparable<V2Expiry>
{
    public int CompareTo(V2Expiry other)
        => At != other.At ? At.CompareTo(other.At) : string.CompareOrdinal(Path, other.Path);
}
