using System.Buffers.Binary;
using ActorEtcd.Dispatch;

namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// An open log. Records are encoded straight into the batch in the making; a thread of the log's own writes a batch and
/// flushes it once, and whatever arrives meanwhile makes up the next batch: the slower the device, the larger the
/// batches. An append completes only after the flush that covers it. A write for which there is no room waits for some, and
/// all that comes waits behind it; any other failure of a write, and every failure of a flush, ends it all.
/// A thread that leaves nothing to write behind lays down the role of writer and itself carries on with what the
/// completions brought up, since waking another thread for it would cost a lone put more than all the rest; whoever
/// appends next finds another thread idle, or starts one. Invariant: at most one thread is the writer.
/// </summary>
public sealed class WalWriter : IDisposable
{
    private readonly WalOptions _options;
    private readonly IDisposable _lock;
    private readonly WalSegmentFile _file;

    /// <summary>Guards everything below it; appends hold it while they encode, the writer only to swap buffers.</summary>
    private readonly object _gate = new();

    private readonly List<WalSegment> _segments;
    private WalBuffer _filling = new();
    private WalBuffer _writing = new();
    private List<PendingAppend> _pending = [];
    private List<PendingAppend> _completing = [];
    private bool _isWriting;
    private int _idle;
    private bool _stopping;
    private WalFailedException? _failure;
    private long _firstKept;

    /// <summary>Ends with the removal of segments that was asked for last: there is one at a time.</summary>
    private Task _trimmed = Task.CompletedTask;

    /// <summary>The segment in which the batch that is written began.</summary>
    private long _firstSegment;

    /// <summary>End of what is on the device in the last segment; readers go no further.</summary>
    private long _durableOffset;

    private WalWriter(WalOptions options, IDisposable @lock, WalScan scan, WalRecovery recovery)
    {
        _options = options;
        _lock = @lock;
        Recovery = recovery;
        _segments = [.. scan.Segments];
        _file = new WalSegmentFile(options, scan, AwaitSpace);
        if (_segments.Count == 0)
        {
            _segments.Add(_file.Segment);
        }

        _durableOffset = _file.Offset;
        _options.Threads.StartWriter(Turn);
    }

    public WalRecovery Recovery { get; }

    /// <summary>Sequence of the segment that is written now.</summary>
    public long ActiveSegment
    {
        get
        {
            lock (_gate)
            {
                return _segments[^1].Sequence;
            }
        }
    }

    /// <summary>The segments in order.</summary>
    public IReadOnlyList<WalSegment> Segments
    {
        get
        {
            lock (_gate)
            {
                return [.. _segments];
            }
        }
    }

    /// <summary>Locks and opens the log, verifies all of it and shows every record to the visitor.</summary>
    /// <exception cref="WalCorruptedException">It is damaged where a crash is no explanation.</exception>
    /// <exception cref="WalForeignException">It is another member's, or not a log of this version.</exception>
    /// <exception cref="DataDir.DirectoryLockedException">Somebody else has it open.</exception>
    public static WalWriter Open(WalOptions options, WalRecordHandler visit)
    {
        options.FileSystem.CreateDirectory(options.Directory);
        var @lock = options.FileSystem.Lock(options.Directory);
        try
        {
            var scan = new WalScan(options, visit);
            var recovery = scan.Run();
            return new WalWriter(options, @lock, scan, recovery);
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    /// <summary>Starts an append; the caller must dispose it.</summary>
    public WalAppend BeginAppend()
    {
        Monitor.Enter(_gate);
        if (_failure is { } failure)
        {
            Monitor.Exit(_gate);
            throw new WalFailedException(failure.Message, failure.InnerException);
        }

        if (_stopping)
        {
            Monitor.Exit(_gate);
            throw new WalFailedException("the write-ahead log is closed", null);
        }

        return new WalAppend(this, _filling);
    }

    /// <summary>Completes when everything that was appended before the call is durable.</summary>
    public Task FlushAsync()
    {
        var pending = new PendingFlush(_options.Threads);
        using var append = BeginAppend();
        append.Commit(pending);
        return pending.Task;
    }

    /// <summary>Reads the durable records from the given segment on; may run while others append.</summary>
    public void Read(long fromSegment, WalRecordHandler visit)
    {
        WalSegment[] segments;
        long durableOffset;
        lock (_gate)
        {
            segments = [.. _segments];
            durableOffset = _durableOffset;
        }

        foreach (var segment in segments)
        {
            if (segment.Sequence >= fromSegment)
            {
                ReadSegment(segment, segment == segments[^1] ? durableOffset : null, visit);
            }
        }
    }

    /// <summary>
    /// Removes the segments before the given one. That they may be gone is made durable first, so that their absence
    /// at the next start is not taken for a loss.
    /// </summary>
    public async Task TrimAsync(long firstKept)
    {
        var done = new TaskCompletionSource();
        await Interlocked.Exchange(ref _trimmed, done.Task).ConfigureAwait(false);
        try
        {
            Invariant.Check(firstKept <= ActiveSegment, $"segment {firstKept} is not written yet");
            if (firstKept <= Segments[0].Sequence)
            {
                return;
            }

            await AppendTrim(firstKept).ConfigureAwait(false);
            Interlocked.Exchange(ref _firstKept, firstKept);
            while (OldestBefore(firstKept) is { } segment)
            {
                // Ascending and flushed one by one: neither a crash nor a failure here leaves a gap.
                _options.FileSystem.Delete(segment.Path);
                _options.FileSystem.FlushDirectory(_options.Directory);
                Forget(segment);
            }
        }
        finally
        {
            done.SetResult();
        }
    }

    /// <summary>Writes what is pending and closes the log.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        while (TakeBatch() && WriteBatch())
        {
            Complete();
            LayDown();
        }

        AwaitWriter();
        _file.Dispose();
        _lock.Dispose();
    }

    internal void Enqueue(PendingAppend pending)
    {
        _pending.Add(pending);
        if (_isWriting || _pending.Count > 1)
        {
            return;
        }

        if (_idle > 0)
        {
            Monitor.Pulse(_gate);
        }
        else
        {
            _options.Threads.StartWriter(Turn);
        }
    }

    internal void EndAppend() => Monitor.Exit(_gate);

    private Task AppendTrim(long firstKept)
    {
        var pending = new PendingFlush(_options.Threads);
        using var append = BeginAppend();
        var payload = append.BeginRecord();
        BinaryPrimitives.WriteInt64LittleEndian(payload.GetSpan(sizeof(long)), firstKept);
        payload.Advance(sizeof(long));
        append.EndRecord(WalRecordTypes.Trim);
        append.Commit(pending);
        return pending.Task;
    }

    private WalSegment? OldestBefore(long firstKept)
    {
        lock (_gate)
        {
            return _segments[0].Sequence < firstKept ? _segments[0] : null;
        }
    }

    private void Forget(WalSegment segment)
    {
        lock (_gate)
        {
            _segments.Remove(segment);
        }
    }

    private void ReadSegment(WalSegment segment, long? end, WalRecordHandler visit)
    {
        IWalFile file;
        try
        {
            file = _options.FileSystem.Open(segment.Path);
        }
        catch (FileNotFoundException) when (Interlocked.Read(ref _firstKept) > segment.Sequence)
        {
            // Trimmed since the reader started: nobody needs its records.
            return;
        }

        using var reader = new WalReader(file, segment, _options, end ?? file.Length);
        WalReadResult result;
        while ((result = reader.Read(out var record)) == WalReadResult.Record)
        {
            if (record.Type != WalRecordTypes.Trim)
            {
                visit(record);
            }
        }

        if (result == WalReadResult.Damaged)
        {
            throw new WalCorruptedException(segment.Path, reader.Offset, reader.Damage);
        }
    }

    /// <summary>Writes one batch; false when there is none for the thread that asks, and it may end.</summary>
    private bool Turn()
    {
        if (!TakeBatch() || !WriteBatch())
        {
            return false;
        }

        Relay.Open();
        Complete();
        if (LayDown())
        {
            Relay.Run();
        }
        else
        {
            Relay.PassOn();
        }

        return true;
    }

    /// <summary>
    /// Waits for work and becomes the writer, or stays it; false when the log closes and nothing is left for this
    /// thread, or when there are enough that wait.
    /// </summary>
    private bool TakeBatch()
    {
        lock (_gate)
        {
            while (_isWriting || _pending.Count == 0)
            {
                if (_stopping || _failure is not null)
                {
                    return false;
                }

                if (!_isWriting && !_file.HasPrepared)
                {
                    PrepareWhileIdle();
                    continue;
                }

                if (_idle >= _options.Threads.IdleMax)
                {
                    return false;
                }

                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }

            _isWriting = true;
            (_filling, _writing) = (_writing, _filling);
            (_pending, _completing) = (_completing, _pending);
            return true;
        }
    }

    /// <summary>Gives the role of writer back; true when nothing waits for the next writer.</summary>
    private bool LayDown()
    {
        lock (_gate)
        {
            _isWriting = false;
            if (_stopping)
            {
                Monitor.PulseAll(_gate);
            }

            return _pending.Count == 0;
        }
    }

    private void AwaitWriter()
    {
        lock (_gate)
        {
            while (_isWriting)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Reserves the next segment outside the lock, so that appends can queue up meanwhile.</summary>
    private void PrepareWhileIdle()
    {
        _isWriting = true;
        Monitor.Exit(_gate);
        try
        {
            _file.Prepare();
        }
        finally
        {
            Monitor.Enter(_gate);
            _isWriting = false;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits before a write that had no room is tried again; false when the log is being closed.</summary>
    private bool AwaitSpace(IOException failure)
    {
        lock (_gate)
        {
            if (!_stopping)
            {
                Monitor.Wait(_gate, _options.SpaceRetry);
            }

            return !_stopping;
        }
    }

    /// <summary>False when it failed, which the process does not survive unless it was ending anyway.</summary>
    private bool WriteBatch()
    {
        try
        {
            _firstSegment = _file.Segment.Sequence;
            if (_writing.Length > 0)
            {
                _file.WriteBatch(_writing.Written, AddSegment);
            }

            lock (_gate)
            {
                _durableOffset = _file.Offset;
            }

            return true;
        }
        catch (Exception e)
        {
            Fail(e);
            return false;
        }
    }

    /// <summary>Tells those whose records are durable, while still the writer: in the order of the appends.</summary>
    private void Complete()
    {
        foreach (var pending in _completing)
        {
            pending.Completed(_firstSegment, _file.Segment.Sequence);
        }

        _completing.Clear();
        _writing.Clear();
    }

    private void AddSegment(WalSegment segment)
    {
        lock (_gate)
        {
            _segments.Add(segment);
            _durableOffset = WalSegmentHeader.Size;
        }
    }

    private void Fail(Exception cause)
    {
        var message = $"the write-ahead log in {_options.Directory} failed";
        List<PendingAppend> failed;
        lock (_gate)
        {
            _failure = new WalFailedException(message, cause);
            failed = [.. _completing, .. _pending];
            _completing.Clear();
            _pending.Clear();
            _isWriting = false;
            Monitor.PulseAll(_gate);
        }

        if (!_stopping || !DiskErrors.IsNoSpace(cause))
        {
            _options.FatalHandler.Fatal(message, cause);
        }

        foreach (var pending in failed)
        {
            pending.Failed(_failure);
        }
    }
}
