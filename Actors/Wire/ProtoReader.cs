using System.Buffers.Binary;

namespace ActorEtcd.Wire;

/// <summary>
/// Reads protobuf fields from memory without copying: byte fields are slices of the input. Every malformed input
/// ends in <see cref="MalformedMessageException"/>; nothing is allocated beyond what the input holds.
/// </summary>
public ref struct ProtoReader
{
    private readonly ReadOnlyMemory<byte> _memory;
    private readonly ReadOnlySpan<byte> _span;
    private int _position;

    public ProtoReader(ReadOnlyMemory<byte> memory)
    {
        _memory = memory;
        _span = memory.Span;
        _position = 0;
        Field = 0;
        Type = WireType.Varint;
    }

    /// <summary>The number of the field that <see cref="Next"/> found.</summary>
    public int Field { get; private set; }

    public WireType Type { get; private set; }

    /// <summary>Moves to the next field; false at the end of the message.</summary>
    public bool Next()
    {
        if (_position >= _span.Length)
        {
            return false;
        }

        var tag = RawVarint();
        Field = (int)(tag >> 3);
        Type = (WireType)(tag & 7);
        if (Field == 0 || tag > uint.MaxValue)
        {
            throw new MalformedMessageException($"invalid field tag {tag} before offset {_position}");
        }

        return true;
    }

    public ulong UInt64()
    {
        Expect(WireType.Varint);
        return RawVarint();
    }

    public long Int64() => (long)UInt64();

    public int Int32() => (int)UInt64();

    public bool Bool() => UInt64() != 0;

    public ReadOnlyMemory<byte> Bytes()
    {
        Expect(WireType.Bytes);
        var length = RawVarint();
        if (length > (ulong)(_span.Length - _position))
        {
            throw new MalformedMessageException($"field {Field} claims {length} bytes, {_span.Length - _position} are left");
        }

        var slice = _memory.Slice(_position, (int)length);
        _position += (int)length;
        return slice;
    }

    public string String() => System.Text.Encoding.UTF8.GetString(Bytes().Span);

    public uint Fixed32()
    {
        Expect(WireType.Fixed32);
        return BinaryPrimitives.ReadUInt32LittleEndian(Raw(4));
    }

    public ulong Fixed64()
    {
        Expect(WireType.Fixed64);
        return BinaryPrimitives.ReadUInt64LittleEndian(Raw(8));
    }

    /// <summary>Passes over the current field, whatever it is.</summary>
    public void Skip()
    {
        switch (Type)
        {
            case WireType.Varint:
                RawVarint();
                break;
            case WireType.Fixed64:
                Raw(8);
                break;
            case WireType.Bytes:
                Bytes();
                break;
            case WireType.Fixed32:
                Raw(4);
                break;
            default:
                throw new MalformedMessageException($"field {Field} has the unsupported wire type {(int)Type}");
        }
    }

    private void Expect(WireType type)
    {
        if (Type != type)
        {
            throw new MalformedMessageException($"field {Field} has wire type {Type}, expected {type}");
        }
    }

    private ReadOnlySpan<byte> Raw(int count)
    {
        if (count > _span.Length - _position)
        {
            throw new MalformedMessageException($"the message ends inside field {Field}");
        }

        var slice = _span.Slice(_position, count);
        _position += count;
        return slice;
    }

    private ulong RawVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_position >= _span.Length)
            {
                throw new MalformedMessageException("the message ends inside a varint");
            }

            var b = _span[_position++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new MalformedMessageException($"a varint before offset {_position} is longer than ten bytes");
    }
}
