namespace ActorEtcd.Host.Grpc.Wire;

/// <summary>Reads protobuf's wire form from a span. Malformed input ends the call with the status grpc-go uses.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <summary>The next field's number and wire type; false at the end.</summary>
    public bool TryReadTag(out int field, out int wireType)
    {
        field = 0;
        wireType = 0;
        if (_position == _bytes.Length)
        {
            return false;
        }

        ulong tag = ReadVarint();
        field = (int)(tag >> 3);
        wireType = (int)(tag & 7);
        return tag >> 3 is > 0 and <= 0x1FFFFFFF ? true : throw Malformed("illegal field number");
    }

    public ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (_position == _bytes.Length)
            {
                throw Malformed("unexpected EOF");
            }

            byte b = _bytes[_position++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw Malformed("variable length integer overflow");
    }

    /// <summary>The offset and length of a length-delimited field's content.</summary>
    public (int Offset, int Length) ReadDelimited()
    {
        ulong length = ReadVarint();
        if (length > (ulong)(_bytes.Length - _position))
        {
            throw Malformed("unexpected EOF");
        }

        (int, int) range = (_position, (int)length);
        _position += (int)length;
        return range;
    }

    public void Skip(int wireType)
    {
        switch (wireType)
        {
            case 0: ReadVarint(); break;
            case 1: Advance(sizeof(ulong)); break;
            case 2: ReadDelimited(); break;
            case 5: Advance(sizeof(uint)); break;
            default: throw Malformed($"illegal wire type {wireType}");
        }
    }

    private void Advance(int count)
    {
        if (count > _bytes.Length - _position)
        {
            throw Malformed("unexpected EOF");
        }

        _position += count;
    }

    private static GrpcStatusException Malformed(string what) =>
        new(StatusCode.Internal, $"grpc: error unmarshalling request: {what}");
}
