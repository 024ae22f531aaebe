using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.GrpcClient;

/// <summary>
/// Decodes header blocks of one connection. Every block must pass through here, also those of calls that nobody
/// waits for, since each may change the dynamic table.
/// </summary>
internal sealed class HpackDecoder
{
    /// <summary>The table size that we announce by not announcing another.</summary>
    private const int TableSizeLimit = 4096;

    // A ring: the newest entry is at _newest, older ones follow upwards.
    private readonly HeaderField[] _ring = new HeaderField[TableSizeLimit / 32];
    private int _newest;
    private int _count;
    private int _size;
    private int _sizeMax = TableSizeLimit;

    /// <summary>Hands each field to <paramref name="call"/>, if any. Throws when the block is malformed.</summary>
    public void Decode(ReadOnlySpan<byte> block, ClientCall? call)
    {
        while (!block.IsEmpty)
        {
            byte first = block[0];
            if ((first & 0x80) != 0)
            {
                HeaderField field = FieldAt(ReadInteger(ref block, prefixBits: 7));
                call?.OnHeader(field);
            }
            else if ((first & 0xC0) == 0x40)
            {
                HeaderField field = ReadLiteral(ref block, prefixBits: 6);
                Insert(field);
                call?.OnHeader(field);
            }
            else if ((first & 0xE0) == 0x20)
            {
                int size = ReadInteger(ref block, prefixBits: 5);
                if (size > TableSizeLimit)
                {
                    throw Malformed($"table size {size} exceeds {TableSizeLimit}");
                }

                _sizeMax = size;
                Evict(room: 0);
            }
            else
            {
                HeaderField field = ReadLiteral(ref block, prefixBits: 4);
                call?.OnHeader(field);
            }
        }
    }

    private static GrpcCallException Malformed(string what)
    {
        return new GrpcCallException(StatusCode.Internal, "malformed header block: " + what);
    }

    private static int ReadInteger(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        int mask = (1 << prefixBits) - 1;
        int value = block[0] & mask;
        block = block[1..];
        if (value < mask)
        {
            return value;
        }

        for (int shift = 0; shift <= 21; shift += 7)
        {
            if (block.IsEmpty)
            {
                break;
            }

            byte octet = block[0];
            block = block[1..];
            value += (octet & 0x7F) << shift;
            if ((octet & 0x80) == 0)
            {
                return value;
            }
        }

        throw Malformed("integer is cut off or too large");
    }

    private static byte[] ReadString(ref ReadOnlySpan<byte> block)
    {
        if (block.IsEmpty)
        {
            throw Malformed("string is missing");
        }

        bool huffman = (block[0] & 0x80) != 0;
        int length = ReadInteger(ref block, prefixBits: 7);
        if (length > block.Length)
        {
            throw Malformed($"string of {length} bytes in {block.Length}");
        }

        ReadOnlySpan<byte> bytes = block[..length];
        block = block[length..];
        return huffman ? HpackHuffman.Decode(bytes) ?? throw Malformed("Huffman padding") : bytes.ToArray();
    }

    private HeaderField ReadLiteral(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        int index = ReadInteger(ref block, prefixBits);
        byte[] name = index == 0 ? ReadString(ref block) : FieldAt(index).Name;
        return new HeaderField(name, ReadString(ref block));
    }

    private HeaderField FieldAt(int index)
    {
        if (index >= 1 && index <= HpackStaticTable.Count)
        {
            return HpackStaticTable.Fields[index - 1];
        }

        int age = index - HpackStaticTable.Count - 1;
        if (age < 0 || age >= _count)
        {
            throw Malformed($"index {index} with {_count} dynamic entries");
        }

        return _ring[(_newest + age) % _ring.Length];
    }

    private void Insert(HeaderField field)
    {
        Evict(room: field.TableSize);
        if (field.TableSize > _sizeMax)
        {
            return;
        }

        _newest = (_newest + _ring.Length - 1) % _ring.Length;
        _ring[_newest] = field;
        _count++;
        _size += field.TableSize;
    }

    private void Evict(int room)
    {
        while (_count > 0 && _size + room > _sizeMax)
        {
            _count--;
            _size -= _ring[(_newest + _count) % _ring.Length].TableSize;
        }
    }
}
