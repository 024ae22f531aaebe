using System.Collections.Immutable;

namespace ActorEtcd.Store;

/// <summary>
/// Puts a damaged segment together again from what is sound of it and records of other members. Members cut their segments at
/// different places once compaction has moved records together, but a record's frame is the same everywhere. So the lost places
/// are asked for by revision, and whatever comes is believed only if the whole then has the length and the checksum that this
/// member's own manifest names: bytes of a wrong sender lead to nothing.
/// </summary>
internal sealed class SegmentMend
{
    /// <summary>Ways to fill the places that are tried, the likeliest first.</summary>
    private const int TriesMax = 16;

    private readonly SegmentInfo _info;
    private readonly byte[] _bytes;

    /// <param name="bytes">What could be read, with zeros for the rest; as long as the segment.</param>
    public SegmentMend(SegmentInfo info, byte[] bytes)
    {
        Invariant.Check(bytes.Length == info.Length, $"{bytes.Length} bytes of a segment of {info.Length}");
        _info = info;
        _bytes = bytes;
        Segment.Header.CopyTo(_bytes);
        Gaps = FindGaps();
    }

    /// <summary>What lies between sound records, in order. None: the header alone was damaged, or nothing.</summary>
    public ImmutableArray<SegmentGap> Gaps { get; }

    /// <summary>The whole segment; null when the records, one list for each gap, do not make it up.</summary>
    public byte[]? Fill(IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>> records)
    {
        Invariant.Check(records.Count == Gaps.Length, $"{records.Count} lists for {Gaps.Length} gaps");
        var ways = new List<List<byte[]>>();
        for (var gap = 0; gap < Gaps.Length; gap++)
        {
            ways.Add(WaysToFill(Gaps[gap], records[gap]));
            if (ways[gap].Count == 0)
            {
                return null;
            }
        }

        // With several gaps the likeliest of each: to try them against each other would take for ever.
        for (var tried = 0; tried < (ways.Count == 1 ? ways[0].Count : 1); tried++)
        {
            for (var gap = 0; gap < Gaps.Length; gap++)
            {
                ways[gap][tried].CopyTo(_bytes, Gaps[gap].Start);
            }

            if (Crc32C.Compute(_bytes) == _info.Crc)
            {
                return _bytes;
            }
        }

        return null;
    }

    /// <summary>Runs of records that are exactly as long as the gap, those that resemble its bytes most first.</summary>
    private List<byte[]> WaysToFill(SegmentGap gap, IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        var fitting = records.Where(record => IsWithin(gap, record.Span)).ToList();
        var ways = new List<(int Differing, byte[] Bytes)>();
        for (int first = 0, last = 0, length = 0; first < fitting.Count; length -= fitting[first].Length, first++)
        {
            while (last < fitting.Count && length < gap.Length)
            {
                length += fitting[last++].Length;
            }

            if (length == gap.Length)
            {
                var run = Concatenate(fitting, first, last, length);
                ways.Add((CountDiffering(run, _bytes.AsSpan(gap.Start, gap.Length)), run));
            }
        }

        return [.. ways.OrderBy(static way => way.Differing).Take(TriesMax).Select(static way => way.Bytes)];
    }

    private static bool IsWithin(SegmentGap gap, ReadOnlySpan<byte> frame)
    {
        if (!RecordFrame.IsSound(frame))
        {
            return false;
        }

        var revision = RecordFrame.At(frame).Revision;
        return revision.CompareTo(gap.After) > 0 && revision.CompareTo(gap.Before) < 0;
    }

    private static byte[] Concatenate(List<ReadOnlyMemory<byte>> records, int first, int last, int length)
    {
        var run = new byte[length];
        var end = 0;
        for (var at = first; at < last; at++)
        {
            records[at].Span.CopyTo(run.AsSpan(end));
            end += records[at].Length;
        }

        return run;
    }

    private static int CountDiffering(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var count = 0;
        for (var at = 0; at < one.Length; at++)
        {
            count += one[at] == other[at] ? 0 : 1;
        }

        return count;
    }

    private ImmutableArray<SegmentGap> FindGaps()
    {
        var gaps = ImmutableArray.CreateBuilder<SegmentGap>();
        var after = new Revision(_info.MinRevision, -1);
        var offset = Segment.HeaderSize;
        while (offset < _bytes.Length)
        {
            if (IsNext(offset, after))
            {
                var frame = RecordFrame.At(_bytes.AsSpan(offset));
                after = frame.Revision;
                offset += frame.Length;
                continue;
            }

            var end = offset + 1;
            while (end < _bytes.Length && !IsNext(end, after))
            {
                end++;
            }

            var before = end < _bytes.Length
                ? RecordFrame.At(_bytes.AsSpan(end)).Revision
                : new Revision(_info.MaxRevision + 1, 0);
            gaps.Add(new SegmentGap(offset, end - offset, after, before));
            offset = end;
        }

        return gaps.ToImmutable();
    }

    /// <summary>Whether a sound record begins here that can follow the last one. The cheap tests come first: this runs at every byte.</summary>
    private bool IsNext(int offset, Revision after)
    {
        var rest = _bytes.AsSpan(offset);
        if (rest.Length < RecordFrame.HeaderSize)
        {
            return false;
        }

        var frame = RecordFrame.At(rest);
        return frame.Main >= after.Main
            && frame.Main <= _info.MaxRevision
            && frame.Revision.CompareTo(after) > 0
            && RecordFrame.IsSound(rest);
    }
}
