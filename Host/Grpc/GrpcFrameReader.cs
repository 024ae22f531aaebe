using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace ActorEtcd.Host.Grpc;

/// <summary>
/// Takes length-prefixed messages off a request body. The payload is a view of the connection's buffers, valid until
/// the next read or <see cref="Release"/>.
/// Invariant: while <c>_held</c>, <c>_buffer</c> has been read and not advanced, and <c>_next</c> lies behind the payload.
/// </summary>
internal sealed class GrpcFrameReader
{
    private const int PrefixBytes = 5;

    private PipeReader _pipe = null!;
    private ReadOnlySequence<byte> _buffer;
    private SequencePosition _next;
    private bool _held;
    private bool _ended;
    private int _maxBytes;
    private bool _gzip;
    private byte[]? _inflated;
    private volatile GrpcStatus? _cancel;

    public ReadOnlySequence<byte> Payload { get; private set; }

    public void Begin(PipeReader pipe, int maxBytes, bool gzip)
    {
        _pipe = pipe;
        _maxBytes = maxBytes;
        _gzip = gzip;
        _held = false;
        _ended = false;
        _cancel = null;
        Payload = default;
    }

    /// <summary>Makes the read that waits, or the next one, fail with the status. Any thread.</summary>
    public void Cancel(GrpcStatus status)
    {
        _cancel = status;
        _pipe.CancelPendingRead();
    }

    /// <summary>True when <see cref="Payload"/> holds the next message; false when the client has sent its last.</summary>
    public ValueTask<bool> ReadAsync()
    {
        if (_held)
        {
            ReturnInflated();
            if (TryTake(_buffer.Slice(_next)))
            {
                return new ValueTask<bool>(true);
            }

            Advance(_next, _buffer.End);
        }

        while (_pipe.TryRead(out ReadResult result))
        {
            if (TryAccept(result) is { } answer)
            {
                return new ValueTask<bool>(answer);
            }
        }

        return ReadSlowAsync();
    }

    /// <summary>Gives the payload's memory back.</summary>
    public void Release()
    {
        if (_held)
        {
            ReturnInflated();
            Advance(_next);
        }
    }

    /// <summary>
    /// Waits for the client's half of the stream to end, so that the stream closes without a reset. Input that nobody
    /// asked for is left where it is.
    /// </summary>
    public ValueTask DrainAsync()
    {
        Release();
        if (_ended)
        {
            return ValueTask.CompletedTask;
        }

        if (_pipe.TryRead(out ReadResult result))
        {
            _pipe.AdvanceTo(result.Buffer.Start);
            return ValueTask.CompletedTask;
        }

        return DrainSlowAsync();
    }

    public void End() => ReturnInflated();

    private async ValueTask DrainSlowAsync()
    {
        ReadResult result = await _pipe.ReadAsync();
        _pipe.AdvanceTo(result.Buffer.Start);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadSlowAsync()
    {
        while (true)
        {
            if (TryAccept(await _pipe.ReadAsync()) is { } answer)
            {
                return answer;
            }
        }
    }

    // Null: more bytes are needed.
    private bool? TryAccept(in ReadResult result)
    {
        _buffer = result.Buffer;
        _held = true;
        _ended = result.IsCompleted;
        if (_cancel is { } status)
        {
            Advance(_buffer.Start);
            throw status.ToException();
        }

        if (TryTake(_buffer))
        {
            return true;
        }

        bool partial = !_buffer.IsEmpty;
        Advance(_buffer.Start, _buffer.End);
        if (!result.IsCompleted)
        {
            return null;
        }

        return partial ? throw new GrpcStatusException(StatusCode.Internal, "unexpected EOF") : false;
    }

    private bool TryTake(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < PrefixBytes)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[PrefixBytes];
        buffer.Slice(0, PrefixBytes).CopyTo(prefix);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (length > (uint)_maxBytes)
        {
            throw TooLarge(length);
        }

        if (prefix[0] > 1)
        {
            string text = $"grpc: received unexpected payload format {prefix[0]}";
            throw new GrpcStatusException(StatusCode.Internal, text);
        }

        if (buffer.Length - PrefixBytes < length)
        {
            return false;
        }

        ReadOnlySequence<byte> payload = buffer.Slice(PrefixBytes, length);
        _next = payload.End;
        Payload = prefix[0] == 0 ? payload : Inflate(payload);
        return true;
    }

    private ReadOnlySequence<byte> Inflate(in ReadOnlySequence<byte> payload)
    {
        if (!_gzip)
        {
            string text = "grpc: compressed flag set with identity or empty encoding";
            throw new GrpcStatusException(StatusCode.Internal, text);
        }

        _inflated = GrpcCompression.Inflate(payload, _maxBytes, out int length);
        return length >= 0 ? new ReadOnlySequence<byte>(_inflated, 0, length) : throw TooLarge(_maxBytes + 1L);
    }

    private GrpcStatusException TooLarge(long length) => new(
        StatusCode.ResourceExhausted, $"grpc: received message larger than max ({length} vs. {_maxBytes})");

    private void Advance(SequencePosition consumed) => Advance(consumed, consumed);

    private void Advance(SequencePosition consumed, SequencePosition examined)
    {
        _held = false;
        _pipe.AdvanceTo(consumed, examined);
    }

    private void ReturnInflated()
    {
        if (_inflated is { } array)
        {
            _inflated = null;
            Payload = default;
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
