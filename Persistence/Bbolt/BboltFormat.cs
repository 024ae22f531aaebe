using System.Buffers.Binary;

namespace ActorEtcd.Persistence.Bbolt;

/// <summary>
/// The layout of a bbolt database file, version 2. All numbers are little endian.
/// <code>
/// page            id (8), flags (2), count (2), overflow (4): further pages that belong to this one; then elements
/// leaf element    flags (4), position from the element's own start (4), key length (4), value length (4)
/// branch element  position from the element's own start (4), key length (4), page of the child (8)
/// meta            magic (4), version (4), page size (4), flags (4), root page (8), sequence (8), free-list page (8),
///                 pages in use (8), transaction (8), FNV-1a of all before (8)
/// bucket          a leaf element of the root with flag 1 and the value: root page (8), sequence (8); a root page of 0
///                 says that the bucket's only page follows in the value
/// </code>
/// </summary>
internal static class BboltFormat
{
    public const uint Magic = 0xED0CDAED;
    public const uint Version = 2;

    public const int PageSize = 4096;
    public const int PageHeaderSize = 16;
    public const int ElementSize = 16;
    public const int BucketSize = 16;

    public const int MetaSize = 64;
    public const int MetaChecksumOffset = MetaSize - sizeof(ulong);

    /// <summary>Pages 0 and 1 are metas; data may begin after them.</summary>
    public const ulong MetaPages = 2;

    public const ushort BranchFlag = 0x01;
    public const ushort LeafFlag = 0x02;
    public const ushort MetaFlag = 0x04;
    public const ushort FreeListFlag = 0x10;

    public const uint BucketElementFlag = 0x01;

    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    public static void WritePageHeader(Span<byte> page, ulong id, ushort flags, int count, int overflow)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(page, id);
        BinaryPrimitives.WriteUInt16LittleEndian(page[8..], flags);
        BinaryPrimitives.WriteUInt16LittleEndian(page[10..], checked((ushort)count));
        BinaryPrimitives.WriteUInt32LittleEndian(page[12..], (uint)overflow);
    }

    /// <summary>The checksum of a meta, over the fields before it.</summary>
    public static ulong Checksum(ReadOnlySpan<byte> meta)
    {
        var hash = FnvOffset;
        foreach (var one in meta[..MetaChecksumOffset])
        {
            hash = (hash ^ one) * FnvPrime;
        }

        return hash;
    }
}
