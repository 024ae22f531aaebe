using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ActorEtcd.Host.Http;

/// <summary>
/// A connection's input whose first headers go through <see cref="AuthorityRepair"/>. A client names the same authority on
/// all streams of a connection, and later by its place in the table, so that everything behind is passed on untouched.
/// </summary>
internal sealed class AuthorityInput(PipeReader inner) : PipeReader
{
    private const int PrefaceBytes = 24;
    private const int FrameHeaderBytes = 9;
    private const int FrameBytesMax = 16 * 1024;
    private const byte HeadersType = 1;

    // Bytes taken from the connection: up to _start they are consumed, up to _scanned whole frames that may be served.
    private byte[] _bytes = new byte[512];
    private int _start;
    private int _scanned;
    private int _end;
    private bool _isPrefaceSeen;
    private bool _isThrough;
    private bool _isExamined;
    private bool _isCompleted;
    private bool _passes;
    private ReadOnlySequence<byte> _served;

    /// <summary>Repairs the HTTP/2 connections of a listener.</summary>
    public static void Use(ListenOptions listen, Func<ConnectionContext, bool>? isHttp2 = null) => listen.Use(next => async connection =>
    {
        if (isHttp2?.Invoke(connection) == false)
        {
            await next(connection);
            return;
        }

        var transport = connection.Transport;
        connection.Transport = new Repaired(new AuthorityInput(transport.Input), transport.Output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    });

    public override bool TryRead(out ReadResult result)
    {
        if (_passes)
        {
            return inner.TryRead(out result);
        }

        var isCanceled = !_isCompleted && inner.TryRead(out var read) && Take(read);
        result = Result(isCanceled);
        return isCanceled || HasNews;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        => _passes ? inner.ReadAsync(cancellationToken) : ReadFirstAsync(cancellationToken);

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_passes)
        {
            inner.AdvanceTo(consumed, examined);
            return;
        }

        _isExamined = _served.Slice(examined).IsEmpty;
        _start += (int)_served.Slice(_served.Start, consumed).Length;
        _passes = _isThrough && _start == _end && !_isCompleted;
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private bool HasNews => _isCompleted || (_scanned > _start && !_isExamined);

    private async ValueTask<ReadResult> ReadFirstAsync(CancellationToken cancellationToken)
    {
        var isCanceled = false;
        while (!isCanceled && !HasNews)
        {
            isCanceled = Take(await inner.ReadAsync(cancellationToken));
        }

        return Result(isCanceled);
    }

    private ReadResult Result(bool isCanceled)
    {
        _served = new ReadOnlySequence<byte>(_bytes, _start, _scanned - _start);
        return new ReadResult(_served, isCanceled, _isCompleted);
    }

    // True when the read was canceled.
    private bool Take(in ReadResult read)
    {
        var length = (int)read.Buffer.Length;
        MakeRoom(length);
        read.Buffer.CopyTo(_bytes.AsSpan(_end));
        _end += length;
        inner.AdvanceTo(read.Buffer.End);
        _isCompleted |= read.IsCompleted;
        var before = _scanned;
        while (!_isThrough && TryScan())
        {
        }

        if (_isThrough || _isCompleted)
        {
            _scanned = _end;
        }

        _isExamined &= _scanned == before;
        return read.IsCanceled;
    }

    private bool TryScan()
    {
        var left = _bytes.AsSpan(_scanned, _end - _scanned);
        if (!_isPrefaceSeen)
        {
            _isPrefaceSeen = left.Length >= PrefaceBytes;
            _scanned += _isPrefaceSeen ? PrefaceBytes : 0;
            return _isPrefaceSeen;
        }

        if (left.Length < FrameHeaderBytes)
        {
            return false;
        }

        var length = (left[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(left[1..]);
        _isThrough = length > FrameBytesMax;
        if (_isThrough || left.Length < FrameHeaderBytes + length)
        {
            return false;
        }

        if (left[3] == HeadersType)
        {
            _isThrough = true;
            Replace(FrameHeaderBytes, length, AuthorityRepair.Repaired(left[4], left.Slice(FrameHeaderBytes, length)));
            return false;
        }

        _scanned += FrameHeaderBytes + length;
        return true;
    }

    private void Replace(int offset, int length, byte[]? payload)
    {
        if (payload is null)
        {
            return;
        }

        var frame = _scanned;
        byte[] behind = _bytes[(frame + offset + length).._end];
        _end = frame + offset;
        MakeRoom(payload.Length + behind.Length);
        _bytes[frame] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(frame + 1), (ushort)payload.Length);
        payload.CopyTo(_bytes, _end);
        behind.CopyTo(_bytes, _end + payload.Length);
        _end += payload.Length + behind.Length;
    }

    private void MakeRoom(int length)
    {
        if (_bytes.Length - _end < length)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _end + length));
        }
    }

    private sealed class Repaired(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
