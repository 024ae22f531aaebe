using System.Diagnostics;

namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// The segment that is being written, and the one prepared to follow it. Used by the writer's thread alone, except for
/// its construction.
/// </summary>
internal sealed class WalSegmentFile : IDisposable
{
    private readonly WalOptions _options;
    private readonly string _preparedPath;
    private IWalFile _file;
    private IWalFile? _prepared;
    private bool _mayPrepare = true;
    private uint _crc;
    private uint _batch;
    private long _nextRecord;

    /// <summary>Continues the last segment that the scan found, or begins the first.</summary>
    public WalSegmentFile(WalOptions options, WalScan scan)
    {
        _options = options;
        _preparedPath = Path.Combine(options.Directory, WalSegment.PreparedName);
        _crc = scan.LastCrc;
        _batch = scan.LastBatch;
        _nextRecord = scan.NextRecord;
        if (scan.Segments.Count > 0)
        {
            Segment = scan.Segments[^1];
            Offset = scan.EndOffset;
            _file = options.FileSystem.Open(Segment.Path);
            ReserveRest();
        }
        else
        {
            (Segment, _file) = StartSegment(0);
        }
    }

    public WalSegment Segment { get; private set; }

    /// <summary>Where the next frame goes.</summary>
    public long Offset { get; private set; }

    /// <summary>True as long as there is nothing to do in idle time.</summary>
    public bool HasPrepared => _prepared is not null || !_mayPrepare;

    /// <summary>Seals the frames, writes them and flushes once; goes on to new segments as they fill up.</summary>
    public void WriteBatch(Span<byte> frames, Action<WalSegment> segmentStarted)
    {
        _batch++;
        var records = 0;
        var isStart = true;
        var written = 0;
        for (var position = 0; position < frames.Length; records++)
        {
            var size = WalFrame.SizeOf((int)WalFrame.Length(frames[position..]));
            var offset = Offset + position - written;
            if (offset + size > _options.SegmentBytes && offset > WalSegmentHeader.Size)
            {
                Write(frames[written..position]);
                written = position;
                Roll();
                segmentStarted(Segment);
                isStart = true;
            }

            _crc = WalFrame.Seal(frames.Slice(position, size), _crc, _batch, isStart);
            _nextRecord++;
            isStart = false;
            position += size;
        }

        Write(frames[written..]);
        var started = Stopwatch.GetTimestamp();
        _file.FlushData();
        _options.Observer.Flushed(Stopwatch.GetElapsedTime(started), frames.Length, records);
    }

    /// <summary>
    /// Reserves the next segment ahead of its use. A failure here (most likely a full disk) is no failure of the log:
    /// nothing was promised yet. It is tried again when the segment is needed.
    /// </summary>
    public void Prepare()
    {
        try
        {
            _prepared = CreatePrepared();
        }
        catch (IOException)
        {
            _mayPrepare = false;
        }
    }

    public void Dispose()
    {
        _prepared?.Dispose();
        _file.Dispose();
    }

    private void Write(ReadOnlySpan<byte> frames)
    {
        if (!frames.IsEmpty)
        {
            _file.Write(frames, Offset);
            Offset += frames.Length;
        }
    }

    /// <summary>
    /// Ends the segment exactly after its last frame and makes it durable before its successor appears: only the last
    /// segment can be torn, and a segment that has a successor lacks nothing.
    /// </summary>
    private void Roll()
    {
        _file.Truncate(Offset);
        _file.FlushAll();
        _file.Dispose();
        (Segment, _file) = StartSegment(Segment.Sequence + 1);
        _mayPrepare = true;
        _options.Observer.SegmentOpened(Segment.Sequence);
    }

    private (WalSegment Segment, IWalFile File) StartSegment(long sequence)
    {
        var file = _prepared ?? CreatePrepared();
        _prepared = null;
        var name = WalSegment.FileName(sequence, _nextRecord);
        var segment = new WalSegment(sequence, _nextRecord, Path.Combine(_options.Directory, name));
        var header = new WalSegmentHeader(
            _options.ClusterId, _options.MemberId, sequence, _nextRecord, _crc, Math.Max(_batch, 1));
        Span<byte> bytes = stackalloc byte[WalSegmentHeader.Size];
        header.Write(bytes);
        file.Write(bytes, 0);
        file.FlushAll();
        _options.FileSystem.Rename(_preparedPath, segment.Path);
        _options.FileSystem.FlushDirectory(_options.Directory);
        Offset = WalSegmentHeader.Size;
        return (segment, file);
    }

    private IWalFile CreatePrepared()
    {
        var file = _options.FileSystem.Create(_preparedPath);
        try
        {
            file.Reserve(_options.SegmentBytes);
            file.FlushAll();
            return file;
        }
        catch (IOException e)
        {
            // The operating system names neither the file nor what it was asked for.
            file.Dispose();
            throw new IOException($"cannot reserve {_options.SegmentBytes} bytes for the next segment {_preparedPath}: {e.Message}", e);
        }
    }

    private void ReserveRest()
    {
        if (_file.Length < _options.SegmentBytes)
        {
            _file.Reserve(_options.SegmentBytes);
            _file.FlushAll();
        }
    }
}
