using System.Buffers;

namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// Records on their way into a log's next batch. Holds the log's lock from its start to its disposal, so it must be
/// short and on one thread. What was not committed is dropped.
/// </summary>
public ref struct WalAppend
{
    private readonly WalWriter _writer;
    private readonly WalBuffer _buffer;
    private readonly int _start;
    private int _recordStart = -1;
    private bool _committed;

    internal WalAppend(WalWriter writer, WalBuffer buffer)
    {
        _writer = writer;
        _buffer = buffer;
        _start = buffer.Length;
    }

    /// <summary>Begins a record; its payload is what the caller writes before <see cref="EndRecord"/>.</summary>
    public IBufferWriter<byte> BeginRecord()
    {
        _recordStart = _buffer.Length;
        _buffer.Blank(WalFrame.HeaderSize);
        return _buffer;
    }

    /// <summary>The payload written so far, to fill in what is known late.</summary>
    public readonly Span<byte> Payload => _buffer.Written[(_recordStart + WalFrame.HeaderSize)..];

    public void EndRecord(byte type)
    {
        var length = _buffer.Length - _recordStart - WalFrame.HeaderSize;
        Invariant.Check(length <= WalFrame.LengthMax, $"a record of {length} bytes is larger than the log can hold");
        _buffer.Blank(WalFrame.SizeOf(length) - WalFrame.HeaderSize - length);
        WalFrame.Begin(_buffer.Written[_recordStart..], type, length);
        _recordStart = -1;
    }

    /// <summary>Drops the record that was begun, if there is one.</summary>
    public void CancelRecord()
    {
        if (_recordStart >= 0)
        {
            _buffer.CutTo(_recordStart);
            _recordStart = -1;
        }
    }

    /// <summary>Hands the records to the writer's thread; the pending append hears when they are durable.</summary>
    public void Commit(PendingAppend pending)
    {
        _committed = true;
        _writer.Enqueue(pending);
    }

    public readonly void Dispose()
    {
        if (!_committed)
        {
            _buffer.CutTo(_start);
        }

        _writer.EndAppend();
    }
}
