using ActorEtcd.Persistence.DataDir;

namespace ActorEtcd.Persistence.Journal;

/// <summary>The operating system's files.</summary>
public sealed class DiskFileSystem : IWalFileSystem
{
    public static readonly DiskFileSystem Instance = new();

    private DiskFileSystem()
    {
    }

    public void CreateDirectory(string directory) => DurableFiles.CreateDirectory(directory);

    public IReadOnlyList<string> List(string directory) => Directory.GetFiles(directory);

    public IWalFile Create(string path) => new DiskFile(path, FileMode.Create);

    public IWalFile Open(string path) => new DiskFile(path, FileMode.Open);

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    public void FlushDirectory(string directory) => Libc.FlushDirectory(directory);

    public IDisposable Lock(string directory) => DirectoryLock.Acquire(directory);
}
