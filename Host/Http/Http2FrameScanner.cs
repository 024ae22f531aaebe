using System.Buffers.Binary;

namespace ActorEtcd.Host.Http;

/// <summary>Takes the frame headers out of one direction of an HTTP/2 connection, which comes in any pieces.</summary>
internal sealed class Http2FrameScanner
{
    private const int HeaderBytes = 9;
    private const byte DataType = 0;
    private const byte HeadersType = 1;
    private const byte PingType = 6;
    private const byte AckFlag = 1;
    private const int StreamMask = int.MaxValue;

    private readonly byte[] _header = new byte[HeaderBytes];
    private int _headerFilled;
    private int _prefaceLeft;
    private int _payloadLeft;
    private bool _isOther;

    /// <param name="isClient">Whether the direction is the client's, which begins with the preface.</param>
    public Http2FrameScanner(bool isClient) => _prefaceLeft = isClient ? Preface.Length : 0;

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Pings so far; answers to pings do not count.</summary>
    public long Pings { get; private set; }

    /// <summary>Frames of headers or data so far.</summary>
    public long ContentFrames { get; private set; }

    /// <summary>The highest stream with headers so far.</summary>
    public int LastStream { get; private set; }

    /// <summary>Whether the next byte begins a frame.</summary>
    public bool IsBetweenFrames => _payloadLeft == 0 && _headerFilled == 0;

    /// <summary>The bytes that follow those of the call before.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        bytes = SkipPreface(bytes);
        if (_isOther)
        {
            return;
        }

        while (!bytes.IsEmpty)
        {
            if (_payloadLeft > 0)
            {
                var skipped = Math.Min(_payloadLeft, bytes.Length);
                _payloadLeft -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            var taken = Math.Min(HeaderBytes - _headerFilled, bytes.Length);
            bytes[..taken].CopyTo(_header.AsSpan(_headerFilled));
            bytes = bytes[taken..];
            _headerFilled += taken;
            if (_headerFilled == HeaderBytes)
            {
                _headerFilled = 0;
                TakeHeader();
            }
        }
    }

    // A connection that begins otherwise speaks another protocol, and has no frames.
    private ReadOnlySpan<byte> SkipPreface(ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(_prefaceLeft, bytes.Length);
        _isOther |= !bytes[..taken].SequenceEqual(Preface.Slice(Preface.Length - _prefaceLeft, taken));
        _prefaceLeft -= taken;
        return bytes[taken..];
    }

    private void TakeHeader()
    {
        _payloadLeft = (_header[0] << 16) | (_header[1] << 8) | _header[2];
        switch (_header[3])
        {
            case DataType:
                ContentFrames++;
                break;
            case HeadersType:
                ContentFrames++;
                LastStream = Math.Max(LastStream, BinaryPrimitives.ReadInt32BigEndian(_header.AsSpan(5)) & StreamMask);
                break;
            case PingType when (_header[4] & AckFlag) == 0:
                Pings++;
                break;
        }
    }
}
