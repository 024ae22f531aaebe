using System.Buffers;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// The segment that is being written, and the one prepared to follow it. Used by the writer's thread alone, except for
/// its construction.
/// <para>
/// A step for which there is no room is done again until there is, or until the log closes. That is sound for writes,
/// reservations and renames, since what they touch counts for nothing before the flush after them. A flush is never done
/// again: after one that failed the system may hold pages for clean that are not on the disk. One that failed for want of room,
/// as on a file system that finds room only then, is answered with a fresh file that takes the segment's place: it is given what
/// an earlier flush has made durable and, from memory, what was written since, and is flushed itself. Any other failure of a
/// flush ends the log, and so does that of a directory.
/// </para>
/// </summary>
internal sealed class WalSegmentFile : IDisposable
{
    private const long PrepareAgainAfterMs = 10_000;
    private const int CopyBytes = 1 << 20;

    private readonly WalOptions _options;
    private readonly Func<IOException, bool> _awaitSpace;
    private readonly string _preparedPath;
    private IWalFile _file;
    private IWalFile? _prepared;
    private long _prepareAt = long.MinValue;
    private WalSpace _space = WalSpace.Enough;
    private uint _crc;
    private uint _batch;
    private long _nextRecord;

    /// <summary>Up to here a flush of the segment's file has succeeded.</summary>
    private long _durable;

    /// <summary>Continues the last segment that the scan found, or begins the first.</summary>
    /// <param name="awaitSpace">Returns when a step that had no room is to be done again; false when the log closes.</param>
    public WalSegmentFile(WalOptions options, WalScan scan, Func<IOException, bool> awaitSpace)
    {
        _options = options;
        _awaitSpace = static _ => false;
        _preparedPath = Path.Combine(options.Directory, WalSegment.PreparedName);
        _crc = scan.LastCrc;
        _batch = scan.LastBatch;
        _nextRecord = scan.NextRecord;
        if (scan.Segments.Count > 0)
        {
            Segment = scan.Segments[^1];
            Offset = scan.EndOffset;
            _file = options.FileSystem.Open(Segment.Path);
            _durable = Offset;
            ReserveRest();
        }
        else
        {
            (Segment, _file) = StartSegment(0);
        }

        // From here on: a log that has no room to begin with is not opened.
        _awaitSpace = awaitSpace;
    }

    public WalSegment Segment { get; private set; }

    /// <summary>Where the next frame goes.</summary>
    public long Offset { get; private set; }

    /// <summary>True as long as there is nothing to do in idle time.</summary>
    public bool HasPrepared => _prepared is not null || Environment.TickCount64 < _prepareAt;

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
                Roll(frames[..position]);
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
        Flush(frames, isEnd: false);
        _options.Observer.Flushed(Stopwatch.GetElapsedTime(started), frames.Length, records);
        Tell(_prepared is null && _space != WalSpace.Enough ? WalSpace.Short : WalSpace.Enough, "its place is not reserved yet");
    }

    /// <summary>
    /// Reserves the next segment ahead of its use. A failure here (most likely a full disk) is no failure of the log:
    /// nothing was promised yet. It is tried again after a while, and when the segment is needed.
    /// </summary>
    public void Prepare()
    {
        try
        {
            _prepared = CreatePrepared();
            Tell(WalSpace.Enough, string.Empty);
        }
        catch (IOException failure)
        {
            _prepareAt = Environment.TickCount64 + PrepareAgainAfterMs;
            if (DiskErrors.IsNoSpace(failure))
            {
                Tell(WalSpace.Short, failure.Message);
            }
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
            var started = Stopwatch.GetTimestamp();
            Write(_file, frames, Offset);
            _options.Observer.Written(Stopwatch.GetElapsedTime(started));
            Offset += frames.Length;
        }
    }

    private void Write(IWalFile file, ReadOnlySpan<byte> bytes, long offset)
    {
        while (true)
        {
            try
            {
                file.Write(bytes, offset);
                return;
            }
            catch (IOException failure)
            {
                AwaitSpace(failure);
            }
        }
    }

    private T WithSpace<T>(Func<T> step)
    {
        while (true)
        {
            try
            {
                return step();
            }
            catch (IOException failure)
            {
                AwaitSpace(failure);
            }
        }
    }

    /// <summary>Throws the failure again, unless it was for want of room and there may be some now.</summary>
    private void AwaitSpace(IOException failure)
    {
        if (DiskErrors.IsNoSpace(failure))
        {
            Tell(WalSpace.None, failure.Message);
            if (_awaitSpace(failure))
            {
                return;
            }
        }

        ExceptionDispatchInfo.Throw(failure);
    }

    private void Tell(WalSpace space, string reason)
    {
        if (space != _space)
        {
            _space = space;
            _options.Observer.SpaceChanged(space, reason);
        }
    }

    /// <summary>
    /// Ends the segment exactly after its last frame and makes it durable before its successor appears: only the last
    /// segment can be torn, and a segment that has a successor lacks nothing.
    /// </summary>
    private void Roll(ReadOnlySpan<byte> written)
    {
        // The successor's room comes first: while there is none, nothing is half done.
        _prepared ??= WithSpace(CreatePrepared);
        WithSpace(() =>
        {
            _file.Truncate(Offset);
            return true;
        });
        Flush(written, isEnd: true);
        _file.Dispose();
        (Segment, _file) = StartSegment(Segment.Sequence + 1);
        _options.Observer.SegmentOpened(Segment.Sequence);
    }

    private (WalSegment Segment, IWalFile File) StartSegment(long sequence)
    {
        var name = WalSegment.FileName(sequence, _nextRecord);
        var segment = new WalSegment(sequence, _nextRecord, Path.Combine(_options.Directory, name));
        var header = new WalSegmentHeader(
            _options.ClusterId, _options.MemberId, sequence, _nextRecord, _crc, Math.Max(_batch, 1));
        Span<byte> bytes = stackalloc byte[WalSegmentHeader.Size];
        header.Write(bytes);
        var file = StartFile(bytes);
        WithSpace(() =>
        {
            _options.FileSystem.Rename(_preparedPath, segment.Path);
            return true;
        });
        _options.FileSystem.FlushDirectory(_options.Directory);
        Offset = _durable = WalSegmentHeader.Size;
        return (segment, file);
    }

    private IWalFile StartFile(ReadOnlySpan<byte> header)
    {
        while (true)
        {
            try
            {
                return FilePrepared(header, 0, static _ => { });
            }
            catch (IOException failure)
            {
                AwaitSpace(failure);
            }
        }
    }

    /// <summary>Makes durable what was written to the segment, of which <paramref name="written"/> is the end.</summary>
    /// <param name="written">At least what was written since the last flush.</param>
    /// <param name="isEnd">The segment ends there.</param>
    private void Flush(ReadOnlySpan<byte> written, bool isEnd)
    {
        try
        {
            if (isEnd)
            {
                _file.FlushAll();
            }
            else
            {
                _file.FlushData();
            }
        }
        catch (IOException failure) when (DiskErrors.IsNoSpace(failure))
        {
            Replace(failure, written[^(int)(Offset - _durable)..], isEnd);
        }

        _durable = Offset;
    }

    private void Replace(IOException failure, ReadOnlySpan<byte> unflushed, bool isEnd)
    {
        var fresh = CopyWhenThereIsRoom(failure, unflushed, isEnd);
        try
        {
            WithSpace(() =>
            {
                _options.FileSystem.Rename(_preparedPath, Segment.Path);
                return true;
            });
            _options.FileSystem.FlushDirectory(_options.Directory);
        }
        catch
        {
            fresh.Dispose();
            throw;
        }

        _file.Dispose();
        _file = fresh;
    }

    private IWalFile CopyWhenThereIsRoom(IOException failure, ReadOnlySpan<byte> unflushed, bool isEnd)
    {
        while (true)
        {
            AwaitSpace(failure);
            try
            {
                return FilePrepared(unflushed, _durable, file =>
                {
                    CopyDurable(file);
                    if (isEnd)
                    {
                        file.Truncate(Offset);
                    }
                });
            }
            catch (IOException again)
            {
                failure = again;
            }
        }
    }

    /// <summary>
    /// The prepared file with the bytes at the offset and all else that it needs, flushed. Without room it is given up, since its
    /// flush may have failed, and the next attempt has another one.
    /// </summary>
    private IWalFile FilePrepared(ReadOnlySpan<byte> bytes, long offset, Action<IWalFile> fill)
    {
        var file = _prepared ?? CreatePrepared();
        _prepared = null;
        try
        {
            file.Write(bytes, offset);
            fill(file);
            file.FlushAll();
            return file;
        }
        catch (IOException)
        {
            file.Dispose();
            _options.FileSystem.Delete(_preparedPath);
            throw;
        }
    }

    private void CopyDurable(IWalFile target)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            for (var at = 0L; at < _durable;)
            {
                var count = _file.Read(buffer.AsSpan(0, (int)Math.Min(CopyBytes, _durable - at)), at);
                Invariant.Check(count > 0, $"{Segment.Path} ends at {at}, {_durable} bytes of it are durable");
                target.Write(buffer.AsSpan(0, count), at);
                at += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
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
            // What it got of its room is given back. And a later attempt gets a file of its own, since the flush of this one may
            // have failed. The operating system names neither the file nor what it was asked for.
            file.Dispose();
            _options.FileSystem.Delete(_preparedPath);
            throw new IOException($"cannot reserve {_options.SegmentBytes} bytes for the next segment {_preparedPath}: {e.Message}", e);
        }
    }

    private void ReserveRest()
    {
        if (_file.Length >= _options.SegmentBytes)
        {
            return;
        }

        try
        {
            _file.Reserve(_options.SegmentBytes);
        }
        catch (IOException failure) when (DiskErrors.IsNoSpace(failure))
        {
            // It has what it holds; the next write waits for room.
            return;
        }

        _file.FlushAll();
    }
}
