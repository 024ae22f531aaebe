using System.Buffers;
using ActorEtcd.Store;
using Microsoft.Win32.SafeHandles;

namespace ActorEtcd.Persistence.Segments;

/// <summary>Finds out whether a file still is the segment that was written, without holding it in memory.</summary>
internal static class SegmentFileCheck
{
    private const int ChunkBytes = 256 * 1024;

    /// <summary>
    /// Reads the file as the disk has it: what the system keeps of it in memory is let go first, where it can be, since it
    /// would tell how the file was. Throws <see cref="SegmentDamagedException"/>, and what opening and reading throw.
    /// </summary>
    public static void Verify(string path, SegmentInfo info)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Libc.DropCache(file);
        if (Checksum(path, file, info.Length) == info.Crc)
        {
            return;
        }

        // Rare enough to be read once more as a whole, which names the offset. If the bytes are right now, then they were
        // damaged on their way and not on the disk.
        Libc.DropCache(file);
        var bytes = new byte[info.Length];
        FileBytes.ReadExactly(file, bytes);
        SegmentCheck.Verify(path, bytes, info);
    }

    private static uint Checksum(string path, SafeFileHandle file, int length)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(Math.Min(length, ChunkBytes));
        try
        {
            var crc = 0u;
            for (var position = 0; position < length;)
            {
                var wanted = Math.Min(chunk.Length, length - position);
                var count = RandomAccess.Read(file, chunk.AsSpan(0, wanted), position);
                if (count == 0)
                {
                    throw new SegmentDamagedException(path, position, $"ends before its length {length}");
                }

                crc = Crc32C.Append(crc, chunk.AsSpan(0, count));
                position += count;
            }

            return crc;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
