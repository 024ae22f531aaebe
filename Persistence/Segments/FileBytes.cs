using Microsoft.Win32.SafeHandles;

namespace ActorEtcd.Persistence.Segments;

/// <summary>Reading files in full.</summary>
internal static class FileBytes
{
    private const int PageBytes = 4096;

    /// <summary>The bytes of the file, page by page, with zeros for what cannot be read or is not there.</summary>
    public static byte[] ReadWhatIsThere(string path, int length)
    {
        var bytes = new byte[length];
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            for (var position = 0; position < length; position += PageBytes)
            {
                ReadPage(file, bytes.AsSpan(position, Math.Min(PageBytes, length - position)), position);
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // There is no file: all of it is zeros.
        }

        return bytes;
    }

    private static void ReadPage(SafeFileHandle file, Span<byte> page, long position)
    {
        try
        {
            _ = RandomAccess.Read(file, page, position);
        }
        catch (IOException)
        {
            page.Clear();
        }
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
