using Microsoft.Win32.SafeHandles;

namespace ActorEtcd.Persistence.Segments;

/// <summary>Reading files in full.</summary>
internal static class FileBytes
{
    /// <summary>
    /// The beginning of the file as the disk has it: what the system keeps of it in memory is let go first, where it can be,
    /// since it would tell how the file was.
    /// </summary>
    public static byte[] ReadAgain(string path, int length)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Libc.DropCache(file);
        var bytes = new byte[length];
        ReadExactly(file, bytes);
        return bytes;
    }

    /// <summary>Fills the target from the start of the file; throws <see cref="EndOfStreamException"/>.</summary>
    public static void ReadExactly(SafeFileHandle file, Span<byte> target)
    {
        var position = 0;
        while (position < target.Length)
        {
            var count = RandomAccess.Read(file, target[position..], position);
            if (count == 0)
            {
                throw new EndOfStreamException($"the file ends at {position} of {target.Length} bytes");
            }

            position += count;
        }
    }
}
