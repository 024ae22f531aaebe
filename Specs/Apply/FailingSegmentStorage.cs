using System.Diagnostics.CodeAnalysis;
using ActorEtcd.Store;

namespace ActorEtcd.Specs.Apply;

/// <summary>Segments in memory on a disk that fails every flush.</summary>
internal sealed class FailingSegmentStorage(MemorySegmentStorage inner) : ISegmentStorage
{
    public const string Reason = "no space left on device";

    public StoreManifest Flush(StoreManifest manifest) => throw new SegmentWriteException("1.seg", new IOException(Reason));

    public Segment Create(int capacity) => inner.Create(capacity);

    public Segment Open(SegmentInfo info, int capacity) => inner.Open(info, capacity);

    public bool TryGet(long id, [NotNullWhen(true)] out Segment? segment) => inner.TryGet(id, out segment);

    public bool TryFindSame(SegmentInfo info, [NotNullWhen(true)] out SegmentInfo? own) => inner.TryFindSame(info, out own);

    public void Drop(Segment segment) => inner.Drop(segment);

    public void Retain(StoreManifest manifest) => inner.Retain(manifest);

    public void DeleteOrphans(StoreManifest manifest) => inner.DeleteOrphans(manifest);

    public ISegmentReceiver Receive(SegmentInfo remote) => inner.Receive(remote);
}
