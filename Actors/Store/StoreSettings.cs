namespace ActorEtcd.Store;

/// <summary>Sizes of the store.</summary>
public sealed record StoreSettings
{
    /// <summary>Bytes of a segment; a longer record gets a segment of its own.</summary>
    public int SegmentCapacity { get; init; } = 64 * 1024 * 1024;

    /// <summary>A sealed segment with a smaller part of live bytes is rewritten.</summary>
    public double RewriteLiveRatio { get; init; } = 0.5;
}
