using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace ActorEtcd.Host.Grpc.Wire;

/// <summary>
/// Writes protobuf's wire form into a buffer writer, large runs piecewise, so that no message needs contiguous memory.
/// Invariant: <see cref="Flush"/> hands over exactly <see cref="Written"/> bytes.
/// </summary>
public ref struct WireWriter
{
    private const int VarintBytesMax = 10;
    private const int ChunkBytesMax = 32 * 1024;

    private readonly IBufferWriter<byte> _output;
    private Span<byte> _span;
    private int _position;
    private long _flushed;
    private long _expected;

    public WireWriter(IBufferWriter<byte> output, long expectedBytes)
    {
        _output = output;
        _expected = expectedBytes;
        _span = output.GetSpan(Hint(expectedBytes));
    }

    public readonly long Written => _flushed + _position;

    public void WriteByte(byte value)
    {
        if (_position == _span.Length)
        {
            Renew(1);
        }

        _span[_position++] = value;
    }

    public void WriteBigEndian(uint value)
    {
        Ensure(sizeof(uint));
        BinaryPrimitives.WriteUInt32BigEndian(_span[_position..], value);
        _position += sizeof(uint);
    }

    public void WriteVarint(ulong value)
    {
        Ensure(VarintBytesMax);
        Span<byte> span = _span[_position..];
        int i = 0;
        while (value > 0x7F)
        {
            span[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[i++] = (byte)value;
        _position += i;
    }

    /// <summary>An integer field; nothing when it is zero.</summary>
    public void WriteField(int number, ulong value)
    {
        if (value != 0)
        {
            WriteByte((byte)(number << 3));
            WriteVarint(value);
        }
    }

    public void WriteField(int number, long value) => WriteField(number, (ulong)value);

    public void WriteField(int number, bool value) => WriteField(number, value ? 1UL : 0UL);

    /// <summary>Tag and length of a length-delimited field; its content follows.</summary>
    public void WriteDelimiter(int number, long length)
    {
        WriteByte((byte)((number << 3) | 2));
        WriteVarint((ulong)length);
    }

    /// <summary>A length-delimited field that is present even when it is empty.</summary>
    public void WriteField(int number, ReadOnlySpan<byte> content)
    {
        WriteDelimiter(number, content.Length);
        WriteRaw(content);
    }

    public void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > _span.Length - _position)
        {
            int room = _span.Length - _position;
            bytes[..room].CopyTo(_span[_position..]);
            _position += room;
            bytes = bytes[room..];
            Renew(1);
        }

        bytes.CopyTo(_span[_position..]);
        _position += bytes.Length;
    }

    public void Flush()
    {
        _output.Advance(_position);
        _flushed += _position;
        _position = 0;
        _span = default;
    }

    private static int Hint(long expectedBytes) =>
        (int)Math.Min(Math.Max(expectedBytes, 0) + VarintBytesMax, ChunkBytesMax);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Ensure(int count)
    {
        if (_span.Length - _position < count)
        {
            Renew(count);
        }
    }

    private void Renew(int least)
    {
        Flush();
        _span = _output.GetSpan(Math.Max(least, Hint(_expected - _flushed)));
    }
}
