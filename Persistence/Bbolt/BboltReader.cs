using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ActorEtcd.Persistence.Bbolt;

/// <summary>
/// Reads a bbolt database that nobody writes to. Believes nothing: whatever is wrong with the file ends in
/// <see cref="BboltDamagedException"/>, and no more memory is taken than one page of the file needs, which is bounded.
/// One thread at a time.
/// </summary>
public sealed class BboltReader : IDisposable
{
    /// <summary>The largest leaf with its overflow that is read; etcd's values are a few megabytes at most.</summary>
    private const long LeafBytesMax = 512L * 1024 * 1024;

    /// <summary>The largest branch, of which one for each level is held at once. Only very long keys make one overflow.</summary>
    private const long BranchBytesMax = 4 * 1024 * 1024;

    /// <summary>Each level multiplies the content by two at least, so a sound file never comes near.</summary>
    private const int DepthMax = 32;

    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private readonly long _fileLength;
    private readonly BboltMeta _meta;
    private readonly SortedDictionary<string, BucketRoot> _buckets = new(StringComparer.Ordinal);

    private BboltReader(SafeFileHandle handle, string path, long fileLength)
    {
        _handle = handle;
        _path = path;
        _fileLength = fileLength;
        _meta = ReadMeta();
        ReadBuckets();
    }

    /// <summary>The file that is read.</summary>
    public string Path => _path;

    /// <summary>The size of the database in bytes, which a trailer may follow in the file.</summary>
    public long Length => (long)_meta.Pages * _meta.PageSize;

    /// <summary>The names of the buckets, in order.</summary>
    public IReadOnlyCollection<string> Buckets => _buckets.Keys;

    /// <exception cref="BboltDamagedException">The file is no bbolt database.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static BboltReader Open(string path)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return new BboltReader(handle, path, RandomAccess.GetLength(handle));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>What the bucket holds, in order of keys, checked on the way; nothing when there is no such bucket.</summary>
    /// <exception cref="BboltDamagedException">A page on the way is not sound.</exception>
    public IEnumerable<BboltItem> Items(string bucket)
    {
        if (!_buckets.TryGetValue(bucket, out var root))
        {
            yield break;
        }

        foreach (var (page, index) in Walk(root.Inline ?? ReadPage(root.Page, from: 0)))
        {
            if (page.IsBucket(index))
            {
                throw Damaged(page.Offset, $"a bucket inside the bucket {bucket}");
            }

            yield return new BboltItem(page.Key(index), page.Value(index)) { Offset = page.ValueOffset(index) };
        }
    }

    /// <summary>The value of one key, or null. Reads the bucket up to the key, so it is for small buckets.</summary>
    public ReadOnlyMemory<byte>? Find(string bucket, string key)
    {
        var wanted = Encoding.UTF8.GetBytes(key);
        foreach (var item in Items(bucket))
        {
            if (item.Key.Span.SequenceEqual(wanted))
            {
                return item.Value;
            }
        }

        return null;
    }

    public void Dispose() => _handle.Dispose();

    private BboltMeta ReadMeta()
    {
        var start = ReadBytes(0, (int)Math.Min(_fileLength, BboltMeta.SearchLength));
        var meta = BboltMeta.Find(start)
            ?? throw Damaged(0, "neither of the two meta pages is sound; is it a bbolt database?");
        if (meta.Pages < BboltFormat.MetaPages + 1 || meta.Pages > (ulong)(_fileLength / meta.PageSize))
        {
            throw Damaged(
                _fileLength,
                $"the file ends after {_fileLength} bytes, it should hold {meta.Pages} pages of {meta.PageSize}");
        }

        return meta;
    }

    private void ReadBuckets()
    {
        foreach (var (page, index) in Walk(ReadPage(_meta.RootPage, from: 0)))
        {
            if (!page.IsBucket(index))
            {
                throw Damaged(page.Offset, "the root holds something that is no bucket");
            }

            var name = Encoding.UTF8.GetString(page.Key(index).Span);
            _buckets[name] = RootOf(page.Value(index), page.ValueOffset(index));
        }
    }

    private BucketRoot RootOf(ReadOnlyMemory<byte> value, long offset)
    {
        if (value.Length < BboltFormat.BucketSize)
        {
            throw Damaged(offset, $"a bucket of {value.Length} bytes");
        }

        var root = BinaryPrimitives.ReadUInt64LittleEndian(value.Span);
        if (root != 0)
        {
            return new BucketRoot(root, Inline: null);
        }

        var inline = BboltPage.Parse(_path, offset + BboltFormat.BucketSize, value[BboltFormat.BucketSize..]);
        return inline.IsLeaf ? new BucketRoot(0, inline) : throw Damaged(inline.Offset, "an inline bucket has branches");
    }

    /// <summary>
    /// All elements of all leaves below a page. Keys rise strictly from one to the next, so that a page that occurs
    /// twice, as in a ring, is noticed.
    /// </summary>
    private IEnumerable<(BboltPage Page, int Index)> Walk(BboltPage root)
    {
        var path = new Stack<(BboltPage Page, int Next)>();
        path.Push((root, 0));
        ReadOnlyMemory<byte>? previous = null;
        while (path.TryPop(out var top))
        {
            if (top.Next == top.Page.Count)
            {
                continue;
            }

            path.Push((top.Page, top.Next + 1));
            if (!top.Page.IsLeaf)
            {
                path.Push((ReadChild(top.Page, top.Next, path.Count), 0));
                continue;
            }

            var key = top.Page.Key(top.Next);
            if (previous is { } before && before.Span.SequenceCompareTo(key.Span) >= 0)
            {
                throw Damaged(top.Page.Offset, $"key {top.Next} of the page is not above the one before it");
            }

            previous = key;
            yield return (top.Page, top.Next);
        }
    }

    private BboltPage ReadChild(BboltPage parent, int index, int depth)
    {
        if (depth >= DepthMax)
        {
            throw Damaged(parent.Offset, $"branches are {depth} deep");
        }

        var child = ReadPage(parent.Child(index), parent.Offset);
        if (child.Count == 0 || child.Key(0).Span.SequenceCompareTo(parent.Key(index).Span) < 0)
        {
            throw Damaged(child.Offset, $"the page does not fit element {index} of its branch at {parent.Offset}");
        }

        return child;
    }

    private BboltPage ReadPage(ulong id, long from)
    {
        if (id < BboltFormat.MetaPages || id >= _meta.Pages)
        {
            throw Damaged(from, $"it refers to page {id} of {_meta.Pages}");
        }

        var offset = (long)id * _meta.PageSize;
        var bytes = ReadBytes(offset, _meta.PageSize);
        var ownId = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var overflow = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12));
        if (ownId != id)
        {
            throw Damaged(offset, $"page {id} says that it is page {ownId}");
        }

        var length = (1L + overflow) * _meta.PageSize;
        var isLeaf = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)) == BboltFormat.LeafFlag;
        if (overflow >= _meta.Pages - id || length > (isLeaf ? LeafBytesMax : BranchBytesMax))
        {
            throw Damaged(offset, $"page {id} of {_meta.Pages} goes on for {overflow} more");
        }

        return BboltPage.Parse(_path, offset, overflow == 0 ? bytes : ReadBytes(offset, (int)length));
    }

    private byte[] ReadBytes(long offset, int length)
    {
        var bytes = new byte[length];
        var read = 0;
        while (read < length)
        {
            var count = RandomAccess.Read(_handle, bytes.AsSpan(read), offset + read);
            if (count == 0)
            {
                throw Damaged(offset + read, "the file ends inside a page");
            }

            read += count;
        }

        return bytes;
    }

    private BboltDamagedException Damaged(long offset, string reason) => new(_path, offset, reason);

    private sealed record BucketRoot(ulong Page, BboltPage? Inline);
}
