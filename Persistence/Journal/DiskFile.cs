using Microsoft.Win32.SafeHandles;

namespace ActorEtcd.Persistence.Journal;

/// <summary>A file of the operating system, read and written by position.</summary>
internal sealed class DiskFile(string path, FileMode mode) : IWalFile
{
    private readonly SafeFileHandle _handle = File.OpenHandle(
        path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    public long Length => RandomAccess.GetLength(_handle);

    public int Read(Span<byte> destination, long offset)
    {
        var total = 0;
        while (total < destination.Length)
        {
            var read = RandomAccess.Read(_handle, destination[total..], offset + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    public void Write(ReadOnlySpan<byte> source, long offset) => RandomAccess.Write(_handle, source, offset);

    public void Reserve(long length) => Libc.Reserve(_handle, length);

    public void Truncate(long length) => RandomAccess.SetLength(_handle, length);

    public void FlushData() => Libc.FlushData(_handle);

    public void FlushAll() => RandomAccess.FlushToDisk(_handle);

    public void Dispose() => _handle.Dispose();
}
