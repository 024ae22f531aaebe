using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ActorEtcd.Persistence.DataDir;

/// <summary>
/// Exclusive ownership of a directory, held through the lock of a file inside it. The system drops the lock when the
/// process ends in whatever way, so the file that stays behind means nothing.
/// </summary>
public sealed class DirectoryLock : IDisposable
{
    public const string FileName = "LOCK";

    private readonly SafeFileHandle _handle;

    private DirectoryLock(SafeFileHandle handle) => _handle = handle;

    public static DirectoryLock Acquire(string directory)
    {
        var path = Path.Combine(directory, FileName);
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new DirectoryLockedException(directory, e);
        }

        RandomAccess.SetLength(handle, 0);
        var owner = Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n";
        RandomAccess.Write(handle, Encoding.ASCII.GetBytes(owner), 0);
        return new DirectoryLock(handle);
    }

    public void Dispose() => _handle.Dispose();
}
