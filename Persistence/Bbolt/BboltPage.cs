using System.Buffers.Binary;

namespace ActorEtcd.Persistence.Bbolt;

/// <summary>A leaf or branch page in memory, checked as a whole, so that its elements can be taken without care.</summary>
internal sealed class BboltPage
{
    private readonly ReadOnlyMemory<byte> _bytes;

    private BboltPage(ReadOnlyMemory<byte> bytes, long offset)
    {
        _bytes = bytes;
        Offset = offset;
        Flags = BinaryPrimitives.ReadUInt16LittleEndian(bytes.Span[8..]);
        Count = BinaryPrimitives.ReadUInt16LittleEndian(bytes.Span[10..]);
    }

    /// <summary>Where the page begins in the file.</summary>
    public long Offset { get; }

    public ushort Flags { get; }

    public int Count { get; }

    public bool IsLeaf => Flags == BboltFormat.LeafFlag;

    /// <exception cref="BboltDamagedException">The bytes are no sound leaf or branch.</exception>
    public static BboltPage Parse(string file, long offset, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < BboltFormat.PageHeaderSize)
        {
            throw new BboltDamagedException(file, offset, $"a page of {bytes.Length} bytes");
        }

        var page = new BboltPage(bytes, offset);
        if (page.Flags is not (BboltFormat.LeafFlag or BboltFormat.BranchFlag))
        {
            throw new BboltDamagedException(
                file, offset, $"a page with flags {page.Flags:x} where a leaf or a branch belongs");
        }

        page.CheckElements(file);
        return page;
    }

    public ReadOnlyMemory<byte> Key(int index)
    {
        var (start, keyLength, _) = Place(index);
        return _bytes.Slice((int)start, (int)keyLength);
    }

    public ReadOnlyMemory<byte> Value(int index)
    {
        var (start, keyLength, valueLength) = Place(index);
        return _bytes.Slice((int)(start + keyLength), (int)valueLength);
    }

    /// <summary>Where the value begins in the file.</summary>
    public long ValueOffset(int index)
    {
        var (start, keyLength, _) = Place(index);
        return Offset + start + keyLength;
    }

    public bool IsBucket(int index) =>
        IsLeaf && (Element(index)[0] & BboltFormat.BucketElementFlag) != 0;

    /// <summary>The page below an element of a branch.</summary>
    public ulong Child(int index) => BinaryPrimitives.ReadUInt64LittleEndian(Element(index)[8..]);

    private ReadOnlySpan<byte> Element(int index) => _bytes.Span[HeaderOf(index)..];

    private static int HeaderOf(int index) => BboltFormat.PageHeaderSize + (index * BboltFormat.ElementSize);

    private (long Start, long KeyLength, long ValueLength) Place(int index)
    {
        var element = Element(index);
        var position = BinaryPrimitives.ReadUInt32LittleEndian(IsLeaf ? element[4..] : element);
        var keyLength = BinaryPrimitives.ReadUInt32LittleEndian(IsLeaf ? element[8..] : element[4..]);
        var valueLength = IsLeaf ? BinaryPrimitives.ReadUInt32LittleEndian(element[12..]) : 0;
        return (HeaderOf(index) + (long)position, keyLength, valueLength);
    }

    private void CheckElements(string file)
    {
        var dataStart = HeaderOf(Count);
        if (dataStart > _bytes.Length)
        {
            throw new BboltDamagedException(file, Offset, $"{Count} elements in a page of {_bytes.Length} bytes");
        }

        for (var index = 0; index < Count; index++)
        {
            var (start, keyLength, valueLength) = Place(index);
            if (start < dataStart || start + keyLength + valueLength > _bytes.Length)
            {
                throw new BboltDamagedException(
                    file,
                    Offset + HeaderOf(index),
                    $"an element of {keyLength} and {valueLength} bytes at {start} of a page of {_bytes.Length}");
            }
        }
    }
}
