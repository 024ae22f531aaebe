using System.Buffers.Binary;

namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// Reads a whole log at start: checks that the segments are complete, in order, ours and undamaged, hands every record
/// to the visitor, and removes what a crash left half-written at the very end.
/// </summary>
internal sealed class WalScan(WalOptions options, WalRecordHandler visit)
{
    private readonly List<WalSegment> _segments = [];
    private long _firstKept;
    private WalTornTail? _tornTail;

    public IReadOnlyList<WalSegment> Segments => _segments;

    /// <summary>Number of the record that comes next.</summary>
    public long NextRecord { get; private set; }

    public uint LastCrc { get; private set; }

    public uint LastBatch { get; private set; }

    /// <summary>Where the last segment's next record goes.</summary>
    public long EndOffset { get; private set; }

    public WalRecovery Run()
    {
        Collect();
        for (var i = 0; i < _segments.Count; i++)
        {
            ReadSegment(_segments[i], isFirst: i == 0, isLast: i == _segments.Count - 1);
        }

        CheckNoneMissingAtStart();
        var found = _segments.Count;
        RemoveTrimmed();
        return new WalRecovery(NextRecord, found, _tornTail);
    }

    /// <summary>The payload of a <see cref="WalRecordTypes.Trim"/> record.</summary>
    public static long FirstKept(in WalRecord record) =>
        record.Payload.Length == sizeof(long)
            ? BinaryPrimitives.ReadInt64LittleEndian(record.Payload)
            : throw new WalCorruptedException(record.File, record.Offset, "a trim record has a wrong length");

    private void Collect()
    {
        foreach (var path in options.FileSystem.List(options.Directory))
        {
            if (WalSegment.TryParse(path, out var segment))
            {
                _segments.Add(segment);
            }
            else if (path.EndsWith(WalSegment.Extension, StringComparison.Ordinal))
            {
                throw new WalForeignException(path, "its name is not that of a segment");
            }
        }

        _segments.Sort((a, b) => a.Sequence.CompareTo(b.Sequence));
    }

    private void ReadSegment(WalSegment segment, bool isFirst, bool isLast)
    {
        var file = options.FileSystem.Open(segment.Path);
        using var reader = new WalReader(file, segment, options, file.Length);
        if (!isFirst)
        {
            CheckFollows(segment, reader.Header);
        }

        WalReadResult result;
        while ((result = reader.Read(out var record)) == WalReadResult.Record)
        {
            if (record.Type == WalRecordTypes.Trim)
            {
                _firstKept = FirstKept(record);
            }
            else
            {
                visit(record);
            }
        }

        if (!isLast)
        {
            CheckEndsExactly(reader, result, segment, file.Length);
        }
        else
        {
            FinishLast(reader, result, segment, file);
        }

        NextRecord = segment.FirstRecord + reader.Records;
        LastCrc = reader.PreviousCrc;
        LastBatch = reader.LastBatch;
        EndOffset = reader.Offset;
    }

    private void CheckFollows(WalSegment segment, WalSegmentHeader header)
    {
        var expected = _segments[_segments.IndexOf(segment) - 1].Sequence + 1;
        if (segment.Sequence != expected)
        {
            throw new WalCorruptedException(segment.Path, 0, $"segment {expected:x} before it is missing");
        }

        if (header.PreviousCrc != LastCrc || header.FirstRecord != NextRecord)
        {
            throw new WalCorruptedException(
                segment.Path, 0, $"it does not continue the segment before it, which ends with record {NextRecord}");
        }
    }

    /// <summary>A segment that has a successor was cut to its length and flushed before the successor appeared.</summary>
    private static void CheckEndsExactly(WalReader reader, WalReadResult result, WalSegment segment, long length)
    {
        if (result == WalReadResult.Damaged)
        {
            throw new WalCorruptedException(segment.Path, reader.Offset, reader.Damage);
        }

        if (reader.Offset != length)
        {
            throw new WalCorruptedException(segment.Path, reader.Offset, "records are missing before its end");
        }
    }

    private void FinishLast(WalReader reader, WalReadResult result, WalSegment segment, IWalFile file)
    {
        if (result == WalReadResult.Damaged)
        {
            var rest = new byte[file.Length - reader.Offset];
            var read = file.Read(rest, reader.Offset);
            var verdict = WalTail.Judge(rest.AsSpan(0, read), reader.Offset, reader.LastBatch);
            if (!verdict.IsTorn)
            {
                throw new WalCorruptedException(segment.Path, reader.Offset, $"{reader.Damage}; {verdict.Reason}");
            }

            _tornTail = new WalTornTail(segment.Path, reader.Offset, verdict.Bytes, verdict.Reason);
            file.Truncate(reader.Offset);
        }

        // What was written but not flushed before the crash is read back from memory, the segment's name too: it counts from
        // now on, so it must be on the device before anybody acts on it.
        file.FlushAll();
        options.FileSystem.FlushDirectory(options.Directory);
    }

    private void CheckNoneMissingAtStart()
    {
        if (_segments.Count > 0 && _segments[0].Sequence > _firstKept)
        {
            throw new WalCorruptedException(
                _segments[0].Path, 0, $"segments {_firstKept:x} to {_segments[0].Sequence - 1:x} before it are missing");
        }
    }

    /// <summary>Finishes a removal of old segments that a crash interrupted.</summary>
    private void RemoveTrimmed()
    {
        while (_segments.Count > 1 && _segments[0].Sequence < _firstKept)
        {
            options.FileSystem.Delete(_segments[0].Path);
            options.FileSystem.FlushDirectory(options.Directory);
            _segments.RemoveAt(0);
        }
    }
}
