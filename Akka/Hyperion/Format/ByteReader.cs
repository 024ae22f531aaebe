using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;

namespace Hyperion.Format;

/// <summary>The inverse of <see cref="ByteWriter"/>; whatever the bytes are, nothing is read beyond their end.</summary>
internal sealed class ByteReader(ReadOnlyMemory<byte> bytes)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public int Position { get; private set; }

    private int Left => bytes.Length - Position;

    public byte Byte() => Take(1)[0];

    public int Count()
    {
        uint value = 0;
        for (var shift = 0; shift <= 28; shift += 7)
        {
            var part = Byte();
            value |= (uint)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value <= int.MaxValue && (shift < 28 || part < 8)
                    ? (int)value
                    : throw new SerializationException($"a count of {value} at byte {Position}");
            }
        }

        throw new SerializationException($"a count without end at byte {Position}");
    }

    /// <summary>A count of things of which each takes at least so many bytes, so that no more memory is taken than bytes are there.</summary>
    public int Count(int bytesEach)
    {
        var count = Count();
        CheckRoom(count, bytesEach);
        return count;
    }

    public void CheckRoom(long count, int bytesEach)
    {
        if (count * bytesEach > Left)
        {
            throw new SerializationException($"{count} items of {bytesEach} bytes at byte {Position}, where {Left} bytes are left");
        }
    }

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    public short Int16() => BinaryPrimitives.ReadInt16LittleEndian(Take(sizeof(short)));

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > Left)
        {
            throw new SerializationException($"the bytes end {count - Left} before the end of a value at byte {Position}");
        }

        var taken = bytes.Span.Slice(Position, count);
        Position += count;
        return taken;
    }

    public string Text() => Strict.GetString(Take(Count(1)));
}
