using System.Diagnostics.CodeAnalysis;
using ActorEtcd.Store;

namespace ActorEtcd.Specs.MultiNode;

/// <summary>Counts the bytes that come from other members on their way to the files.</summary>
internal sealed class CountingSegments(ISegmentStorage inner) : ISegmentStorage
{
    private long _fetched;

    public long Fetched => Interlocked.Read(ref _fetched);

    public Segment Create(int capacity) => inner.Create(capacity);

    public Segment Open(SegmentInfo info, int capacity) => inner.Open(info, capacity);

    public bool TryGet(long id, [NotNullWhen(true)] out Segment? segment) => inner.TryGet(id, out segment);

    public bool TryFindSame(SegmentInfo info, [NotNullWhen(true)] out SegmentInfo? own) => inner.TryFindSame(info, out own);

    public StoreManifest Flush(StoreManifest manifest) => inner.Flush(manifest);

    public void Drop(Segment segment) => inner.Drop(segment);

    public void Discard(Segment segment) => inner.Discard(segment);

    public void Retain(StoreManifest manifest) => inner.Retain(manifest);

    public void DeleteOrphans(StoreManifest manifest) => inner.DeleteOrphans(manifest);

    public ISegmentReceiver Receive(SegmentInfo remote) => new Receiver(this, inner.Receive(remote));

    private sealed class Receiver(CountingSegments owner, ISegmentReceiver inner) : ISegmentReceiver
    {
        public int Received => inner.Received;

        public void Append(ReadOnlySpan<byte> bytes)
        {
            inner.Append(bytes);
            Interlocked.Add(ref owner._fetched, bytes.Length);
        }

        public SegmentInfo Complete() => inner.Complete();

        public void Abandon() => inner.Abandon();
    }
}
