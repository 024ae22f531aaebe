using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Store;
using Microsoft.Win32.SafeHandles;

namespace ActorEtcd.Persistence.Segments;

/// <summary>Segments as files of one directory, named by their numbers.</summary>
public sealed class FileSegmentStorage : ISegmentStorage
{
    public const string Extension = ".seg";
    public const string PartExtension = ".part";

    private readonly string _directory;
    private readonly Action<SafeFileHandle> _flush;
    private readonly ConcurrentDictionary<long, FileSegment> _segments = new();
    private readonly ConcurrentDictionary<long, SegmentInfo> _received = new();
    private readonly ConcurrentDictionary<long, bool> _dropped = new();
    private readonly Lock _flushing = new();
    private long _lastId;

    /// <summary>Files were created since the directory was flushed, be it by a flush that failed later. Under the lock.</summary>
    private bool _hasNewFiles;

    /// <summary>Uses the directory, which is created when missing.</summary>
    public FileSegmentStorage(string directory)
        : this(directory, Libc.FlushData)
    {
    }

    /// <param name="directory">The directory, which is created when missing.</param>
    /// <param name="flush">Makes what was written to a segment durable; specs let it fail.</param>
    public FileSegmentStorage(string directory, Action<SafeFileHandle> flush)
    {
        _directory = directory;
        _flush = flush;
        DurableFiles.CreateDirectory(directory);
        _lastId = Directory.EnumerateFiles(directory).Select(IdOf).DefaultIfEmpty(0).Max();
    }

    public Segment Create(int capacity)
    {
        var id = Interlocked.Increment(ref _lastId);
        var segment = new FileSegment(id, PathOf(id), capacity, _flush);
        _segments[id] = segment;
        return segment;
    }

    public Segment Open(SegmentInfo info, int capacity)
    {
        var segment = NamingDamage(info, () => FileSegment.Open(info, PathOf(info.Id), capacity, _flush));
        _segments[info.Id] = segment;
        _received.TryRemove(info.Id, out _);
        return segment;
    }

    public bool TryGet(long id, [NotNullWhen(true)] out Segment? segment)
    {
        var found = _segments.TryGetValue(id, out var file);
        segment = file;
        return found;
    }

    public bool TryFindSame(SegmentInfo info, [NotNullWhen(true)] out SegmentInfo? own)
    {
        own = _received.Values.FirstOrDefault(received => received.HasSameContent(info));
        foreach (var segment in _segments.Values)
        {
            if (own is null && segment.IsSealed && segment.FlushedLength == segment.Length)
            {
                var candidate = SegmentInfos.Of(segment, segment.FlushedCrc);
                own = candidate.HasSameContent(info) && !_dropped.ContainsKey(segment.Id) ? candidate : null;
            }
        }

        return own is not null;
    }

    public StoreManifest Flush(StoreManifest manifest)
    {
        lock (_flushing)
        {
            MappedRegion.Sweep();
            var infos = manifest.Segments.Select(FlushOne).ToArray();
            if (_hasNewFiles)
            {
                Writing(_directory, () => DurableFiles.FlushDirectory(_directory));
                _hasNewFiles = false;
            }

            return manifest with { Segments = [.. infos] };
        }
    }

    public void Drop(Segment segment) => _dropped[segment.Id] = true;

    public void Discard(Segment segment)
    {
        if (_segments.TryRemove(segment.Id, out var file))
        {
            Writing(file.Path, () => File.Delete(file.Path));
        }
    }

    public void Retain(StoreManifest manifest)
    {
        var named = manifest.AllSegments.Select(info => info.Id).ToHashSet();
        var doomed = _dropped.Keys.Where(id => !named.Contains(id)).ToList();

        // Received segments wait for their installation; once some are named, the others have come for nothing.
        if (_received.Keys.Any(named.Contains))
        {
            doomed.AddRange(_received.Keys.Where(id => !named.Contains(id)));
            _received.Clear();
        }

        foreach (var id in doomed)
        {
            _dropped.TryRemove(id, out _);
            _segments.TryRemove(id, out _);
            Writing(PathOf(id), () => File.Delete(PathOf(id)));
        }

        if (doomed.Count > 0)
        {
            Writing(_directory, () => DurableFiles.FlushDirectory(_directory));
        }
    }

    public void DeleteOrphans(StoreManifest manifest)
    {
        var named = manifest.AllSegments.Select(info => PathOf(info.Id)).ToHashSet();
        var orphans = Directory.EnumerateFiles(_directory)
            .Where(file => IdOf(file) > 0 && !named.Contains(file))
            .ToList();
        foreach (var orphan in orphans)
        {
            _segments.TryRemove(IdOf(orphan), out _);
            Writing(orphan, () => File.Delete(orphan));
        }

        if (orphans.Count > 0)
        {
            Writing(_directory, () => DurableFiles.FlushDirectory(_directory));
        }
    }

    public SegmentInfo? VerifyNext(long after)
    {
        var next = _segments.Values
            .Where(segment => segment.Id > after && segment.IsSealed && segment.FlushedLength == segment.Length)
            .MinBy(static segment => segment.Id);
        if (next is null)
        {
            return null;
        }

        var info = SegmentInfos.Of(next, next.FlushedCrc);
        NamingDamage(info, () =>
        {
            VerifyUnlessDropped(next.Path, info);
            return true;
        });
        return info;
    }

    public byte[]? ReadDamaged(SegmentInfo info) => FileBytes.ReadWhatIsThere(PathOf(info.Id), info.Length);

    public void Mend(SegmentInfo info, ReadOnlyMemory<byte> content)
    {
        Invariant.Check(
            content.Length == info.Length && Crc32C.Compute(content.Span) == info.Crc, $"segment {info.Id} is not mended by this");
        var path = PathOf(info.Id);
        var part = path + PartExtension;
        Writing(part, () =>
        {
            using var file = File.OpenHandle(part, FileMode.Create, FileAccess.ReadWrite);
            RandomAccess.Write(file, content.Span, 0);
            Libc.FlushData(file);
            File.Move(part, path, overwrite: true);
            DurableFiles.FlushDirectory(_directory);
            if (_segments.TryGetValue(info.Id, out var segment))
            {
                segment.MapAgain(file);
            }
        });
    }

    public ISegmentReceiver Receive(SegmentInfo remote)
    {
        var id = Interlocked.Increment(ref _lastId);
        return new FileSegmentReceiver(remote with { Id = id }, PathOf(id), info => _received[info.Id] = info);
    }

    internal static void Writing(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new SegmentWriteException(path, cause);
        }
    }

    private static T NamingDamage<T>(SegmentInfo info, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SegmentDamagedException damage)
        {
            throw new SegmentDamagedException(damage.Segment, damage.Offset, damage.Reason) { Info = info };
        }
    }

    private void VerifyUnlessDropped(string path, SegmentInfo info)
    {
        try
        {
            SegmentFileCheck.Verify(path, info);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            if (_segments.ContainsKey(info.Id) && !_dropped.ContainsKey(info.Id))
            {
                throw FileSegment.Failure(info, path, cause);
            }

            // Else it was dropped, and its file deleted, while it was read.
        }
    }

    private SegmentInfo FlushOne(SegmentInfo info)
    {
        Invariant.Check(
            _segments.TryGetValue(info.Id, out var segment),
            $"the manifest names segment {info.Id}, which is not open");
        Writing(segment.Path, () =>
        {
            _hasNewFiles |= segment.Flush(info.Length);
            if (info.IsSealed)
            {
                segment.MapFile();
            }
        });
        return info with { Crc = segment.FlushedCrc };
    }

    private string PathOf(long id) =>
        Path.Combine(_directory, id.ToString("x16", CultureInfo.InvariantCulture) + Extension);

    /// <summary>The number in the name of a segment's file, finished or not; 0 for other files.</summary>
    private static long IdOf(string file)
    {
        var name = Path.GetFileName(file);
        var end = name.IndexOf('.', StringComparison.Ordinal);
        var isSegment = name.EndsWith(Extension, StringComparison.Ordinal)
            || name.EndsWith(Extension + PartExtension, StringComparison.Ordinal);
        const NumberStyles Hex = NumberStyles.AllowHexSpecifier;
        return isSegment && long.TryParse(name.AsSpan(0, end), Hex, CultureInfo.InvariantCulture, out var id) ? id : 0;
    }
}
