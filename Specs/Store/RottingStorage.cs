using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using ActorEtcd.Store;

namespace ActorEtcd.Specs.Store;

/// <summary>Segments in memory whose sealed bytes can be changed under those who read them, and back.</summary>
internal sealed class RottingStorage : ISegmentStorage
{
    private readonly List<RottingSegment> _segments = [];
    private readonly List<(RottingSegment Segment, int Offset, byte Sound)> _rotten = [];

    public Segment Create(int capacity)
    {
        var segment = new RottingSegment(_segments.Count + 1, capacity);
        _segments.Add(segment);
        return segment;
    }

    /// <summary>Flips a bit somewhere in the records of a sealed segment in use; false when there is none.</summary>
    public bool Rot(Random random)
    {
        RottingSegment[] candidates = [.. _segments.Where(static segment => segment.IsSealed && segment.Length > Segment.HeaderSize)];
        if (candidates.Length == 0)
        {
            return false;
        }

        var segment = candidates[random.Next(candidates.Length)];
        Rot(segment, random.Next(Segment.HeaderSize, segment.Length), (byte)(1 << random.Next(8)));
        return true;
    }

    /// <summary>Flips a bit of the last byte of every sealed segment: its last record is damaged.</summary>
    public void RotLastRecords()
    {
        foreach (var segment in _segments.Where(static segment => segment.IsSealed))
        {
            Rot(segment, segment.Length - 1, 4);
        }
    }

    public void Mend()
    {
        foreach (var (segment, offset, sound) in _rotten)
        {
            segment.GetSpan()[offset] = sound;
        }

        _rotten.Clear();
    }

    public void Drop(Segment segment) => _segments.Remove((RottingSegment)segment);

    public void Discard(Segment segment) => Drop(segment);

    public Segment Open(SegmentInfo info, int capacity) => throw new NotSupportedException();

    public bool TryGet(long id, [NotNullWhen(true)] out Segment? segment)
    {
        segment = _segments.Find(segment => segment.Id == id);
        return segment is not null;
    }

    public bool TryFindSame(SegmentInfo info, [NotNullWhen(true)] out SegmentInfo? own) => throw new NotSupportedException();

    public StoreManifest Flush(StoreManifest manifest) => manifest;

    public void Retain(StoreManifest manifest)
    {
    }

    public void DeleteOrphans(StoreManifest manifest)
    {
    }

    public ISegmentReceiver Receive(SegmentInfo remote) => throw new NotSupportedException();

    private void Rot(RottingSegment segment, int offset, byte bit)
    {
        var bytes = segment.GetSpan();
        if (!_rotten.Exists(rotten => rotten.Segment == segment && rotten.Offset == offset))
        {
            _rotten.Add((segment, offset, bytes[offset]));
        }

        bytes[offset] ^= bit;
    }

    private sealed class RottingSegment : Segment
    {
        private readonly byte[] _bytes;

        public RottingSegment(long id, int capacity)
            : base(id, capacity)
        {
            _bytes = new byte[capacity];
            Header.CopyTo(_bytes);
            Begin(HeaderSize);
        }

        protected override bool MayRot => IsSealed;

        public override Span<byte> GetSpan() => _bytes;

        public override MemoryHandle Pin(int elementIndex = 0) => _bytes.AsMemory(elementIndex).Pin();

        public override void Unpin()
        {
        }
    }
}
