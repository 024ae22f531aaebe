namespace ActorEtcd.Persistence.Journal;

/// <summary>The directory operations that the log needs. A seam: specs put a recording or failing one here.</summary>
public interface IWalFileSystem
{
    void CreateDirectory(string directory);

    /// <summary>The full paths of all files in the directory, in no particular order.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>Creates the file; one that exists is replaced by an empty one.</summary>
    IWalFile Create(string path);

    IWalFile Open(string path);

    /// <summary>Gives the file another name, also that of a file which exists: there is the old one or the new one at any time.</summary>
    void Rename(string from, string to);

    void Delete(string path);

    /// <summary>Returns when created, renamed and deleted entries of the directory are on the device.</summary>
    void FlushDirectory(string directory);

    /// <summary>Locks the directory against every other owner, in this process and in others.</summary>
    IDisposable Lock(string directory);
}
