using System.Buffers.Binary;

namespace ActorEtcd.Persistence.Bbolt;

/// <summary>
/// Where the pages of one bucket go: its leaves first, in order, then its branches level by level, the root last.
/// The leaves are made again when they are written; the branches are kept, about one byte for 120 of the bucket.
/// </summary>
internal sealed class BucketPlan
{
    private readonly BboltBucket _bucket;
    private readonly List<byte[]> _branches = [];

    private BucketPlan(BboltBucket bucket, ulong firstPage)
    {
        _bucket = bucket;
        FirstPage = firstPage;
    }

    public string Name => _bucket.Name;

    public ulong FirstPage { get; }

    public ulong Root { get; private set; }

    /// <summary>The first page after the bucket.</summary>
    public ulong End { get; private set; }

    /// <summary>Reads the bucket once.</summary>
    public static BucketPlan Of(BboltBucket bucket, ulong firstPage, CancellationToken cancellation)
    {
        var plan = new BucketPlan(bucket, firstPage);
        var level = new List<(ReadOnlyMemory<byte> FirstKey, ulong Page)>();
        var parents = new BranchLevel();
        foreach (var (leaf, id) in plan.Leaves(cancellation))
        {
            plan.Root = id;
            plan.End = id + (ulong)leaf.Pages;
            parents.Add(leaf.Count == 0 ? default : leaf.FirstKey, id);
        }

        while (parents.Children > 1)
        {
            level.Clear();
            level.AddRange(plan.Take(parents));
            parents = new BranchLevel();
            foreach (var (firstKey, page) in level)
            {
                parents.Add(firstKey, page);
            }
        }

        return plan;
    }

    /// <summary>The bytes of the bucket's pages; each block is valid until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Blocks(CancellationToken cancellation)
    {
        var buffer = new byte[BboltFormat.PageSize];
        var next = FirstPage;
        foreach (var (leaf, id) in Leaves(cancellation))
        {
            var length = leaf.Pages * BboltFormat.PageSize;
            if (buffer.Length < length)
            {
                buffer = new byte[length];
            }

            leaf.Render(id, buffer.AsSpan(0, length));
            next = id + (ulong)leaf.Pages;
            yield return buffer.AsMemory(0, length);
        }

        foreach (var branch in _branches)
        {
            next += (ulong)(branch.Length / BboltFormat.PageSize);
            yield return branch;
        }

        Invariant.Check(next == End, $"bucket {Name} ended at page {next} and was to end at {End}");
    }

    // The same items give the same pages. The builder that is returned is used again for the next leaf.
    private IEnumerable<(PageBuilder Leaf, ulong Id)> Leaves(CancellationToken cancellation)
    {
        var leaf = new PageBuilder(BboltFormat.LeafFlag);
        var id = FirstPage;
        foreach (var item in _bucket.Items)
        {
            if (!leaf.Fits(item.Key.Length, item.Value.Length))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return (leaf, id);
                id += (ulong)leaf.Pages;
                leaf.Clear();
            }

            leaf.AddItem(elementFlags: 0, item.Key, item.Value);
        }

        yield return (leaf, id);
    }

    // Gives the pages of a finished level their places behind what there is.
    private IEnumerable<(ReadOnlyMemory<byte> FirstKey, ulong Page)> Take(BranchLevel level)
    {
        foreach (var (page, firstKey) in level.Finish())
        {
            BinaryPrimitives.WriteUInt64LittleEndian(page, End);
            Root = End;
            _branches.Add(page);
            yield return (firstKey, End);
            End += (ulong)(page.Length / BboltFormat.PageSize);
        }
    }

    /// <summary>The branch pages above one level, without their ids.</summary>
    private sealed class BranchLevel
    {
        private readonly PageBuilder _open = new(BboltFormat.BranchFlag);
        private readonly List<(byte[] Page, ReadOnlyMemory<byte> FirstKey)> _pages = [];

        public long Children { get; private set; }

        public void Add(ReadOnlyMemory<byte> firstKey, ulong child)
        {
            Children++;
            if (!_open.Fits(firstKey.Length, valueLength: 0))
            {
                Close();
            }

            _open.AddChild(firstKey, child);
        }

        public IReadOnlyList<(byte[] Page, ReadOnlyMemory<byte> FirstKey)> Finish()
        {
            Close();
            return _pages;
        }

        private void Close()
        {
            var page = new byte[_open.Pages * BboltFormat.PageSize];
            _open.Render(id: 0, page);
            _pages.Add((page, _open.FirstKey));
            _open.Clear();
        }
    }
}
