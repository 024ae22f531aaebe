using System.Buffers.Binary;

namespace ActorEtcd.Persistence.Bbolt;

/// <summary>What a meta page says.</summary>
internal sealed record BboltMeta(int PageSize, ulong RootPage, ulong Pages, ulong Transaction)
{
    private const int PageSizeMin = 512;
    private const int PageSizeMax = 1 << 20;

    /// <returns>null when the bytes are no sound meta page.</returns>
    public static BboltMeta? TryParse(ReadOnlySpan<byte> page)
    {
        if (page.Length < BboltFormat.PageHeaderSize + BboltFormat.MetaSize)
        {
            return null;
        }

        var meta = page.Slice(BboltFormat.PageHeaderSize, BboltFormat.MetaSize);
        var checksum = BinaryPrimitives.ReadUInt64LittleEndian(meta[BboltFormat.MetaChecksumOffset..]);
        var pageSize = BinaryPrimitives.ReadUInt32LittleEndian(meta[8..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(meta) != BboltFormat.Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(meta[4..]) != BboltFormat.Version
            || checksum != BboltFormat.Checksum(meta)
            || pageSize is < PageSizeMin or > PageSizeMax
            || !uint.IsPow2(pageSize))
        {
            return null;
        }

        return new BboltMeta(
            (int)pageSize,
            BinaryPrimitives.ReadUInt64LittleEndian(meta[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(meta[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(meta[48..]));
    }

    /// <summary>
    /// The newer sound meta of the two at the start of a file; null when there is none. The second one stands after
    /// one page, whose size only the first tells; without it every size is tried.
    /// </summary>
    public static BboltMeta? Find(ReadOnlySpan<byte> start)
    {
        var newest = TryParse(start);
        var sizeMin = newest?.PageSize ?? PageSizeMin;
        var sizeMax = newest?.PageSize ?? PageSizeMax;
        for (var size = sizeMin; size <= sizeMax && size < start.Length; size *= 2)
        {
            if (TryParse(start[size..]) is { } second && second.PageSize == size
                && (newest is null || second.Transaction > newest.Transaction))
            {
                newest = second;
            }
        }

        return newest;
    }

    /// <summary>The bytes at the start of a file among which both metas are.</summary>
    public static int SearchLength => PageSizeMax + BboltFormat.PageHeaderSize + BboltFormat.MetaSize;
}
