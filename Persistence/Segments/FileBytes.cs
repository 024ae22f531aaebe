using Microsoft.Win32.SafeHandles;

namespace ActorEtcd.Persistence.Segments;

/// <summary>Reading files in full.</summary>
internal static class FileBytes
{
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
