using System.Diagnostics;
using ActorEtcd.Persistence.Journal;

namespace ActorEtcd.Persistence.DataDir;

/// <summary>Changes of files and directories that are on the device when they return.</summary>
public static class DurableFiles
{
    /// <summary>Ends the name of a file that is being written; what a crash leaves of it counts for nothing.</summary>
    public const string TemporaryExtension = ".tmp";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Creates the directory and its missing parents for the owner alone, and flushes each parent that got a new entry:
    /// a directory that a power failure removes takes everything flushed inside it along.
    /// </summary>
    public static void CreateDirectory(string directory)
    {
        var full = Path.GetFullPath(directory);
        if (Directory.Exists(full))
        {
            return;
        }

        var parent = Path.GetDirectoryName(full);
        if (parent is not null)
        {
            CreateDirectory(parent);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(full);
        }
        else
        {
            Directory.CreateDirectory(full, OwnerOnly);
        }

        if (parent is not null)
        {
            Libc.FlushDirectory(parent);
        }
    }

    /// <summary>
    /// Puts the bytes in place of the file: whoever reads it, also after a crash, sees all of the old or all of the new.
    /// </summary>
    /// <returns>How long the flush of the file took.</returns>
    public static TimeSpan Replace(string path, ReadOnlySpan<byte> content) =>
        Replace(DiskFileSystem.Instance, Path.GetFullPath(path), content);

    /// <summary>The same on another file system.</summary>
    public static TimeSpan Replace(IWalFileSystem files, string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + TemporaryExtension;
        TimeSpan flush;
        try
        {
            using var file = files.Create(temporary);
            file.Write(content, 0);
            var started = Stopwatch.GetTimestamp();
            file.FlushAll();
            flush = Stopwatch.GetElapsedTime(started);
        }
        catch (IOException)
        {
            // What it took of a full disk is given back, and the next attempt has a file of which no flush has failed.
            files.Delete(temporary);
            throw;
        }

        files.Rename(temporary, path);
        files.FlushDirectory(Path.GetDirectoryName(path)!);
        return flush;
    }

    /// <summary>
    /// Moves the directory to its new place, unless something is there, and leaves an empty one behind: done again after a
    /// crash, it goes on where it stopped.
    /// </summary>
    public static void MoveDirectory(string from, string to)
    {
        if (!Directory.Exists(to) && Directory.Exists(from))
        {
            Directory.Move(from, to);
            Libc.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(to))!);
            Libc.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(from))!);
        }

        CreateDirectory(from);
    }

    /// <summary>Deletes the file, if it exists, for good.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        Libc.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Flushes the entries of a directory.</summary>
    public static void FlushDirectory(string directory) => Libc.FlushDirectory(directory);
}
