using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace ActorEtcd.Persistence.Segments;

/// <summary>
/// A region of memory that is given back when nobody refers to it any more. A span does not count as a reference,
/// so the region is kept for a while after that: longer than anybody works on a span.
/// </summary>
internal sealed class MappedRegion
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);
    private static readonly ConcurrentQueue<(nint Address, nint Length, long Since)> Released = new();

    private readonly nint _length;
    private bool _isFile;

    private MappedRegion(nint address, nint length, bool isFile)
    {
        Address = address;
        _length = length;
        _isFile = isFile;
    }

    ~MappedRegion() => Released.Enqueue((Address, _length, Environment.TickCount64));

    public nint Address { get; }

    public static MappedRegion Allocate(int length) => new(MemoryMap.Allocate(length), length, isFile: false);

    /// <summary>The beginning of the file in memory: mapped where that is possible, read otherwise.</summary>
    public static unsafe MappedRegion OfFile(SafeFileHandle file, int length)
    {
        if (MemoryMap.MapsFiles)
        {
            return new MappedRegion(MemoryMap.MapFile(file, length), length, isFile: true);
        }

        var region = Allocate(length);
        FileBytes.ReadExactly(file, new Span<byte>((void*)region.Address, length));
        return region;
    }

    /// <summary>The file holds what the first bytes of the region hold: reads come from the file from now on.</summary>
    public void BecomeFile(SafeFileHandle file, int length)
    {
        if (!MemoryMap.MapsFiles || _isFile)
        {
            return;
        }

        MemoryMap.ReplaceByFile(Address, file, length);
        var pageSize = Environment.SystemPageSize;
        var mapped = (nint)((length + (long)pageSize - 1) / pageSize * pageSize);
        if (mapped < _length)
        {
            MemoryMap.ReleasePages(Address + mapped, _length - mapped);
        }

        _isFile = true;
    }

    /// <summary>A file with the same bytes in place of the one whose pages these are.</summary>
    public void ReplaceFile(SafeFileHandle file, int length)
    {
        if (MemoryMap.MapsFiles && _isFile)
        {
            MemoryMap.ReplaceByFile(Address, file, length);
        }
    }

    public void ReleasePages()
    {
        if (_isFile)
        {
            MemoryMap.ReleasePages(Address, _length);
        }
    }

    /// <summary>Frees the regions that nobody has referred to for long enough.</summary>
    public static void Sweep()
    {
        while (Released.TryPeek(out var region)
            && Environment.TickCount64 - region.Since > Grace.TotalMilliseconds
            && Released.TryDequeue(out region))
        {
            MemoryMap.Free(region.Address, region.Length);
        }
    }
}
