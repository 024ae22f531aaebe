using System.Buffers.Binary;
using System.Text;

namespace ActorEtcd.Persistence.Bbolt;

/// <summary>
/// Writes a bbolt database from its first byte to its last, without going back and without holding the content: a
/// first pass over the buckets learns where every page goes, a second one writes.
/// </summary>
public sealed class BboltWriter
{
    private const ulong FreeListPage = BboltFormat.MetaPages;

    private readonly List<BucketPlan> _buckets;
    private readonly byte[] _root;
    private readonly ulong _rootId;
    private readonly ulong _pages;

    private BboltWriter(List<BucketPlan> buckets)
    {
        _buckets = buckets;
        _rootId = buckets.Count == 0 ? FreeListPage + 1 : buckets[^1].End;
        _root = RenderRoot();
        _pages = _rootId + (ulong)(_root.Length / BboltFormat.PageSize);
    }

    /// <summary>The size of the file in bytes.</summary>
    public long Length => (long)_pages * BboltFormat.PageSize;

    /// <summary>The first pass: reads all items once. Runs for as long as that takes.</summary>
    public static BboltWriter Plan(IEnumerable<BboltBucket> buckets, CancellationToken cancellation = default)
    {
        var plans = new List<BucketPlan>();
        var next = FreeListPage + 1;
        foreach (var bucket in buckets.OrderBy(static bucket => bucket.Name, StringComparer.Ordinal))
        {
            var plan = BucketPlan.Of(bucket, next, cancellation);
            plans.Add(plan);
            next = plan.End;
        }

        return new BboltWriter(plans);
    }

    /// <summary>
    /// The second pass: the bytes of the file, in order, in blocks of whole pages. Each block is valid until the next
    /// one is asked for.
    /// </summary>
    public IEnumerable<ReadOnlyMemory<byte>> Blocks(CancellationToken cancellation = default)
    {
        // Of two metas that are sound the one with the higher transaction counts; both say the same here.
        yield return Meta(id: 0, transaction: 2);
        yield return Meta(id: 1, transaction: 1);
        yield return FreeList();
        foreach (var block in _buckets.SelectMany(bucket => bucket.Blocks(cancellation)))
        {
            yield return block;
        }

        yield return _root;
    }

    /// <summary>Writes the whole file to a stream.</summary>
    public void WriteTo(Stream target)
    {
        foreach (var block in Blocks())
        {
            target.Write(block.Span);
        }
    }

    private static byte[] FreeList()
    {
        var page = new byte[BboltFormat.PageSize];
        BboltFormat.WritePageHeader(page, FreeListPage, BboltFormat.FreeListFlag, count: 0, overflow: 0);
        return page;
    }

    private byte[] Meta(ulong id, ulong transaction)
    {
        var page = new byte[BboltFormat.PageSize];
        BboltFormat.WritePageHeader(page, id, BboltFormat.MetaFlag, count: 0, overflow: 0);
        var meta = page.AsSpan(BboltFormat.PageHeaderSize, BboltFormat.MetaSize);
        BinaryPrimitives.WriteUInt32LittleEndian(meta, BboltFormat.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(meta[4..], BboltFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(meta[8..], BboltFormat.PageSize);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[16..], _rootId);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[32..], FreeListPage);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[40..], _pages);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[48..], transaction);
        BinaryPrimitives.WriteUInt64LittleEndian(meta[BboltFormat.MetaChecksumOffset..], BboltFormat.Checksum(meta));
        return page;
    }

    private byte[] RenderRoot()
    {
        var root = new PageBuilder(BboltFormat.LeafFlag);
        foreach (var bucket in _buckets)
        {
            var value = new byte[BboltFormat.BucketSize];
            BinaryPrimitives.WriteUInt64LittleEndian(value, bucket.Root);
            var name = Encoding.UTF8.GetBytes(bucket.Name);
            Invariant.Check(root.Fits(name.Length, value.Length), $"the names of {_buckets.Count} buckets fill a page");
            root.AddItem(BboltFormat.BucketElementFlag, name, value);
        }

        var page = new byte[root.Pages * BboltFormat.PageSize];
        root.Render(_rootId, page);
        return page;
    }
}
