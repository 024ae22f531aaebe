using System.Buffers;

namespace ActorEtcd.Store;

/// <summary>
/// A run of encoded records in revision order, append-only. Only the store's writer appends and counts; everybody
/// may read what lies below a length that the writer has published (in a view or a manifest). Bytes below that
/// length never change, and the memory stays valid while the segment or any slice of it is referenced.
/// </summary>
public abstract class Segment : MemoryManager<byte>
{
    /// <summary>Every segment begins with this: a name and the version of the format.</summary>
    public const int HeaderSize = 16;

    /// <summary>One entry of the sparse index for so many bytes of records.</summary>
    private const int SparseBytes = 16 * 1024;

    private readonly long[] _sparseRevisions;
    private readonly int[] _sparseOffsets;
    private int _sparseCount;
    private int _sparseNext;

    protected Segment(long id, int capacity)
    {
        Id = id;
        Capacity = capacity;
        _sparseRevisions = new long[(capacity / SparseBytes) + 1];
        _sparseOffsets = new int[_sparseRevisions.Length];
    }

    public static ReadOnlySpan<byte> Header => "ActorEtcdSeg\0\0\0\u0001"u8;

    /// <summary>Names the segment among those of this member; never used twice.</summary>
    public long Id { get; }

    public int Capacity { get; }

    /// <summary>Bytes written, header included.</summary>
    public int Length { get; private set; }

    public long MinRevision { get; private set; }

    public long MaxRevision { get; private set; }

    public int Records { get; private set; }

    /// <summary>Bytes of the frames that the key index points to.</summary>
    internal long LiveBytes { get; set; }

    internal int LiveRecords { get; set; }

    /// <summary>Whether no record will be appended any more.</summary>
    public bool IsSealed { get; private set; }

    /// <summary>Whether the bytes come from a disk each time, which may have changed them since they were checked.</summary>
    protected virtual bool MayRot => false;

    internal void Seal() => IsSealed = true;

    /// <summary>Room for a frame at the end; <see cref="Commit"/> makes it part of the segment.</summary>
    internal Span<byte> Reserve(int frameLength) => GetSpan().Slice(Length, frameLength);

    internal int Remaining => Capacity - Length;

    /// <summary>Takes the frame at the end into the segment and returns its offset.</summary>
    internal int Commit(int frameLength, long main)
    {
        var offset = Length;
        Note(offset, frameLength, main);
        Length = offset + frameLength;
        return offset;
    }

    /// <summary>Gives back the last frame, which nobody was shown, and with it the greatest revision from before the request.</summary>
    internal void TakeBack(int offset, long maxRevision)
    {
        Length = offset;
        Records--;
        MaxRevision = Records == 0 ? 0 : Math.Min(MaxRevision, maxRevision);
        if (_sparseCount > 0 && _sparseOffsets[_sparseCount - 1] == offset)
        {
            _sparseNext = offset;
            Volatile.Write(ref _sparseCount, _sparseCount - 1);
        }
    }

    internal void CountLive(int frameLength)
    {
        LiveBytes += frameLength;
        LiveRecords++;
    }

    internal void CountDead(int frameLength)
    {
        LiveBytes -= frameLength;
        LiveRecords--;
    }

    /// <summary>Forgets what was counted, before a scan counts again.</summary>
    internal void ResetCounts()
    {
        LiveBytes = 0;
        LiveRecords = 0;
        Records = 0;
        MinRevision = 0;
        MaxRevision = 0;
        _sparseNext = 0;
        _sparseCount = 0;
    }

    /// <summary>Takes a frame that a scan met into the counts.</summary>
    internal void Note(int offset, int frameLength, long main)
    {
        if (offset >= _sparseNext && _sparseCount < _sparseRevisions.Length)
        {
            _sparseRevisions[_sparseCount] = main;
            _sparseOffsets[_sparseCount] = offset;
            Volatile.Write(ref _sparseCount, _sparseCount + 1);
            _sparseNext = offset + SparseBytes;
        }

        MinRevision = Records == 0 ? main : MinRevision;
        MaxRevision = main;
        Records++;
    }

    /// <summary>An offset at or before the first record of the main revision.</summary>
    internal int Seek(long main)
    {
        var low = 0;
        var high = Volatile.Read(ref _sparseCount);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_sparseRevisions[middle] < main)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low == 0 ? HeaderSize : _sparseOffsets[low - 1];
    }

    /// <summary>Bytes of the segment without a copy; the slice keeps the segment alive.</summary>
    public ReadOnlyMemory<byte> Slice(int offset, int length) => CreateMemory(offset, length);

    /// <summary>The payload of the frame at the offset.</summary>
    /// <exception cref="SegmentDamagedException">It is not what was written.</exception>
    internal ReadOnlyMemory<byte> RecordAt(int offset) => CreateMemory(offset + RecordFrame.HeaderSize, FrameAt(offset).PayloadLength);

    /// <summary>The frame at the offset.</summary>
    /// <exception cref="SegmentDamagedException">It is not what was written.</exception>
    internal RecordFrame FrameAt(int offset)
    {
        var bytes = GetSpan()[offset..];
        return !MayRot || RecordFrame.IsSound(bytes)
            ? RecordFrame.At(bytes)
            : throw new SegmentDamagedException($"{Id:x16}", offset, "the checksum of a record differs") { SegmentId = Id };
    }

    /// <summary>The frame at the offset of a segment that has just been checked as a whole, or of which only the length matters.</summary>
    internal RecordFrame UncheckedFrameAt(int offset) => RecordFrame.At(GetSpan()[offset..]);

    /// <summary>
    /// Checks how long the frame at the offset says it is, without a look at all its content: another one must follow, or the end.
    /// </summary>
    /// <exception cref="SegmentDamagedException">It is not what was written.</exception>
    internal void CheckFrameLength(int offset)
    {
        if (MayRot && !IsFrameEnd(offset, (long)offset + UncheckedFrameAt(offset).Length))
        {
            throw new SegmentDamagedException($"{Id:x16}", offset, "the length of a record differs") { SegmentId = Id };
        }
    }

    private bool IsFrameEnd(int offset, long end)
    {
        if (end <= offset + RecordFrame.HeaderSize || end > Length - RecordFrame.HeaderSize)
        {
            return end == Length;
        }

        var next = UncheckedFrameAt((int)end);
        return next.Main >= UncheckedFrameAt(offset).Main && next.Main <= MaxRevision;
    }

    /// <summary>Lets the operating system take back memory that it can read again from a file.</summary>
    public virtual void ReleasePages()
    {
    }

    protected void Begin(int length) => Length = length;

    protected override void Dispose(bool disposing)
    {
    }
}
