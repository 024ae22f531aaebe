namespace ActorEtcd.Wire;

/// <summary>
/// Writes protobuf fields into a buffer whose size was computed with <see cref="ProtoSize"/>. A field with its
/// default value is left out, as proto3 does.
/// </summary>
public ref struct ProtoWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;
    private int _position;

    /// <summary>Bytes written so far.</summary>
    public readonly int Position => _position;

    public void UInt64(int field, ulong value)
    {
        if (value != 0)
        {
            Tag(field, WireType.Varint);
            RawVarint(value);
        }
    }

    public void Int64(int field, long value) => UInt64(field, (ulong)value);

    public void Bool(int field, bool value) => UInt64(field, value ? 1UL : 0UL);

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            Message(field, value);
        }
    }

    public void String(int field, string value)
    {
        if (value.Length > 0)
        {
            MessageHeader(field, System.Text.Encoding.UTF8.GetByteCount(value));
            _position += System.Text.Encoding.UTF8.GetBytes(value, _buffer[_position..]);
        }
    }

    /// <summary>An encoded nested message; written even when it is empty.</summary>
    public void Message(int field, ReadOnlySpan<byte> encoded)
    {
        MessageHeader(field, encoded.Length);
        Raw(encoded);
    }

    /// <summary>Tag and length of a nested message; the caller writes exactly <paramref name="size"/> bytes next.</summary>
    public void MessageHeader(int field, int size)
    {
        Tag(field, WireType.Bytes);
        RawVarint((ulong)size);
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[_position..]);
        _position += bytes.Length;
    }

    public void Tag(int field, WireType type) => RawVarint(((ulong)field << 3) | (uint)type);

    public void RawVarint(ulong value)
    {
        while (value >= 0x80)
        {
            _buffer[_position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[_position++] = (byte)value;
    }
}
