using System.Buffers.Binary;
using System.Text;

namespace Akka.Remote.Serialization;

/// <summary>Builds the bytes of one message: little-endian numbers, length-prefixed UTF-8 text.</summary>
internal sealed class WireWriter
{
    private byte[] _bytes = new byte[64];
    private int _length;

    public WireWriter Byte(byte value)
    {
        Reserve(1)[0] = value;
        return this;
    }

    public WireWriter Int(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Reserve(4), value);
        return this;
    }

    public WireWriter Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Reserve(8), value);
        return this;
    }

    public WireWriter Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Int(length);
        Encoding.UTF8.GetBytes(value, Reserve(length));
        return this;
    }

    public WireWriter Bytes(byte[] value)
    {
        Int(value.Length);
        value.CopyTo(Reserve(value.Length));
        return this;
    }

    public byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();

    private Span<byte> Reserve(int count)
    {
        if (_length + count > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }

        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}
