using System.Buffers;
using ActorEtcd.Store;
using Microsoft.Win32.SafeHandles;

namespace ActorEtcd.Persistence.Segments;

/// <summary>
/// A segment in memory, on its way to a file. While it grows it is plain memory; a flush writes what is new; once it
/// is sealed and flushed the file takes the memory's place at the same address.
/// <para>
/// Much is written in pieces, each with a flush of its own: the log flushes to the same disk, and must not wait behind all of it.
/// When a flush fails for want of room, the file is not trusted any more beyond what was durable before, since the system may hold
/// pages for clean that are not on the disk: the next flush writes all of the segment, from memory, to a fresh file, which takes
/// its place. Any other failed flush is the last one.
/// </para>
/// </summary>
internal sealed class FileSegment : Segment
{
    private const int PieceBytes = 4 << 20;

    private readonly MappedRegion _region;
    private readonly Action<SafeFileHandle> _flush;
    private SafeFileHandle? _file;
    private bool _isMapped;
    private bool _isMistrusted;

    /// <summary>A new, empty segment; the file comes into being with the first flush.</summary>
    public FileSegment(long id, string path, int capacity, Action<SafeFileHandle> flush)
        : base(id, capacity)
    {
        Path = path;
        _flush = flush;
        _region = MappedRegion.Allocate(capacity);
        Header.CopyTo(GetSpan());
        Begin(HeaderSize);
    }

    private FileSegment(
        SegmentInfo info, string path, int capacity, MappedRegion region, SafeFileHandle? file, Action<SafeFileHandle> flush)
        : base(info.Id, capacity)
    {
        Path = path;
        _flush = flush;
        _region = region;
        _file = file;
        _isMapped = file is null;
        FlushedLength = info.Length;
        FlushedCrc = info.Crc;
        Begin(info.Length);
    }

    public string Path { get; }

    /// <summary>Bytes that are durable. For the flushing thread.</summary>
    public int FlushedLength { get; private set; }

    /// <summary>The checksum of the durable bytes.</summary>
    public uint FlushedCrc { get; private set; }

    protected override bool MayRot => _isMapped;

    /// <summary>Opens the file that the manifest names, cuts what is beyond the manifest and checks the rest.</summary>
    public static FileSegment Open(SegmentInfo info, string path, int capacity, Action<SafeFileHandle> flush)
    {
        try
        {
            return capacity > info.Length ? OpenToAppend(info, path, capacity, flush) : OpenToRead(info, path, flush);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Failure(info, path, cause);
        }
    }

    /// <summary>What it means that the file could not be read: that it is damaged, or nothing yet.</summary>
    public static Exception Failure(SegmentInfo info, string path, Exception cause) => DiskErrors.IsDamage(cause)
        ? new SegmentDamagedException(path, 0, cause.Message)
        : new SegmentUnreadableException(info.Id, path, cause);

    /// <summary>Makes the bytes up to the length durable; true when the file is new in its directory.</summary>
    public bool Flush(int length)
    {
        Invariant.Check(
            length >= FlushedLength || IsSealed, $"flush of {length} bytes of segment {Id} after {FlushedLength}");
        if (length <= FlushedLength)
        {
            return false;
        }

        var isNew = _file is null || _isMistrusted;
        try
        {
            if (_isMistrusted)
            {
                WriteAnew(length);
            }
            else
            {
                _file ??= File.OpenHandle(Path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
                WriteInPieces(_file, FlushedLength, length);
            }
        }
        catch (IOException cause) when (DiskErrors.IsNoSpace(cause))
        {
            CutBack();
            throw new SegmentWriteException(Path, cause) { IsNoSpace = true };
        }

        FlushedCrc = Crc32C.Append(FlushedCrc, GetSpan()[FlushedLength..length]);
        FlushedLength = length;
        return isNew;
    }

    /// <summary>The segment is sealed and flushed: its memory gives way to the file.</summary>
    public void MapFile()
    {
        if (!_isMapped && _file is not null)
        {
            _region.BecomeFile(_file, FlushedLength);
            _file.Dispose();
            _file = null;
            _isMapped = true;
        }
    }

    /// <summary>Another file has the same content and took the name of the one that is mapped: reads come from it from now on.</summary>
    public void MapAgain(SafeFileHandle file)
    {
        if (_isMapped)
        {
            _region.ReplaceFile(file, FlushedLength);
        }
    }

    public override unsafe Span<byte> GetSpan() => new((void*)_region.Address, Capacity);

    public override unsafe MemoryHandle Pin(int elementIndex = 0) =>
        new((byte*)_region.Address + elementIndex, pinnable: this);

    public override void Unpin()
    {
    }

    public override void ReleasePages() => _region.ReleasePages();

    private void WriteInPieces(SafeFileHandle file, int from, int to)
    {
        for (var at = from; at < to; at += PieceBytes)
        {
            RandomAccess.Write(file, GetSpan()[at..Math.Min(at + PieceBytes, to)], at);
            _flush(file);
        }
    }

    private void WriteAnew(int length)
    {
        var part = Path + FileSegmentStorage.PartExtension;
        var fresh = File.OpenHandle(part, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);
        try
        {
            WriteInPieces(fresh, 0, length);
            File.Move(part, Path, overwrite: true);
        }
        catch
        {
            fresh.Dispose();
            File.Delete(part);
            throw;
        }

        _file?.Dispose();
        _file = fresh;
        _isMistrusted = false;
    }

    /// <summary>Gives back what a write took that had not enough room. Of a new file nothing stays; another is not used again.</summary>
    private void CutBack()
    {
        if (_file is null)
        {
            return;
        }

        if (FlushedLength > 0)
        {
            _isMistrusted = true;
            RandomAccess.SetLength(_file, FlushedLength);
            return;
        }

        _file.Dispose();
        _file = null;
        File.Delete(Path);
    }

    private static FileSegment OpenToRead(SegmentInfo info, string path, Action<SafeFileHandle> flush)
    {
        using var file = OpenFile(info, path);
        var segment = new FileSegment(info, path, info.Length, MappedRegion.OfFile(file, info.Length), file: null, flush);
        SegmentCheck.Verify(path, segment.GetSpan(), info);
        return segment;
    }

    private static FileSegment OpenToAppend(SegmentInfo info, string path, int capacity, Action<SafeFileHandle> flush)
    {
        var file = OpenFile(info, path);
        try
        {
            var segment = new FileSegment(info, path, capacity, MappedRegion.Allocate(capacity), file, flush);
            FileBytes.ReadExactly(file, segment.GetSpan()[..info.Length]);
            SegmentCheck.Verify(path, segment.GetSpan()[..info.Length], info);
            return segment;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static SafeFileHandle OpenFile(SegmentInfo info, string path)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        if (length < info.Length)
        {
            file.Dispose();
            throw new SegmentDamagedException(path, length, $"ends before its length {info.Length}");
        }

        if (length > info.Length)
        {
            RandomAccess.SetLength(file, info.Length);
        }

        return file;
    }
}
