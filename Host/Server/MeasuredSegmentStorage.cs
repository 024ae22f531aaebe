using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using ActorEtcd.Host.Metrics;
using ActorEtcd.Store;

namespace ActorEtcd.Host.Server;

/// <summary>Measures how long the flushes of a segment storage take.</summary>
public sealed class MeasuredSegmentStorage(ISegmentStorage inner) : ISegmentStorage
{
    /// <summary>Told of each flush that succeeded, in seconds.</summary>
    public Histogram? FlushDuration { get; set; }

    public StoreManifest Flush(StoreManifest manifest)
    {
        var start = Stopwatch.GetTimestamp();
        var flushed = inner.Flush(manifest);
        FlushDuration?.Observe(Stopwatch.GetElapsedTime(start).TotalSeconds);
        return flushed;
    }

    public Segment Create(int capacity) => inner.Create(capacity);

    public Segment Open(SegmentInfo info, int capacity) => inner.Open(info, capacity);

    public bool TryGet(long id, [NotNullWhen(true)] out Segment? segment) => inner.TryGet(id, out segment);

    public bool TryFindSame(SegmentInfo info, [NotNullWhen(true)] out SegmentInfo? own) => inner.TryFindSame(info, out own);

    public void Drop(Segment segment) => inner.Drop(segment);

    public void Discard(Segment segment) => inner.Discard(segment);

    public void Retain(StoreManifest manifest) => inner.Retain(manifest);

    public void DeleteOrphans(StoreManifest manifest) => inner.DeleteOrphans(manifest);

    public SegmentInfo? VerifyNext(long after) => inner.VerifyNext(after);

    public byte[]? ReadDamaged(SegmentInfo info) => inner.ReadDamaged(info);

    public void Mend(SegmentInfo info, ReadOnlyMemory<byte> content) => inner.Mend(info, content);

    public ISegmentReceiver Receive(SegmentInfo remote) => inner.Receive(remote);
}
