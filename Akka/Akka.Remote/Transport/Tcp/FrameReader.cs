using System.Buffers;
using System.Buffers.Binary;

namespace Akka.Remote.Transport.Tcp;

/// <summary>Cuts a stream of bytes into frames, in a pooled buffer that grows to the longest frame allowed.</summary>
internal sealed class FrameReader : IDisposable
{
    private const int InitialSize = 64 * 1024;

    private readonly Stream _stream;
    private readonly int _frameSizeMax;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _start;
    private int _end;

    public FrameReader(Stream stream, int frameSizeMax)
    {
        _stream = stream;
        _frameSizeMax = frameSizeMax;
    }

    /// <summary>How many bytes the last fill brought.</summary>
    public int LastCount { get; private set; }

    /// <summary>Waits for more bytes; false when the other end has closed.</summary>
    public async ValueTask<bool> Fill()
    {
        MakeRoom();
        var count = await _stream.ReadAsync(_buffer.AsMemory(_end)).ConfigureAwait(false);
        _end += count;
        LastCount = count;
        return count > 0;
    }

    /// <summary>The next complete frame; its body is valid until the next fill.</summary>
    public bool TryRead(out FrameKind kind, out ReadOnlySpan<byte> body)
    {
        kind = default;
        body = default;
        var available = _buffer.AsSpan(_start, _end - _start);
        if (available.Length < Frames.HeaderSize)
        {
            return false;
        }

        var length = NextLength();
        if (available.Length < Frames.LengthSize + length)
        {
            return false;
        }

        kind = (FrameKind)available[Frames.LengthSize];
        body = available[Frames.HeaderSize..(Frames.LengthSize + length)];
        _start += Frames.LengthSize + length;
        return true;
    }

    /// <summary>Loses every frame that is complete.</summary>
    public void Skip()
    {
        while (TryRead(out _, out _))
        {
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private int NextLength()
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_start));
        return length >= 1 && length <= _frameSizeMax
            ? length
            : throw new RemoteTransportException($"A frame of {length} bytes where at most {_frameSizeMax} are allowed");
    }

    private void MakeRoom()
    {
        var rest = _end - _start;
        var needed = rest >= Frames.HeaderSize ? Frames.LengthSize + NextLength() : 0;
        if (needed > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(needed);
            _buffer.AsSpan(_start, rest).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, rest).CopyTo(_buffer);
        }

        _start = 0;
        _end = rest;
    }
}
