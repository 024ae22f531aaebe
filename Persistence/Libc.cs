using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorEtcd.Persistence;

/// <summary>The few system calls that .NET does not offer: flushing data alone, flushing a directory, reserving space.</summary>
internal static partial class Libc
{
    private const int ReadOnly = 0;
    private const int AdviseDontNeed = 4;
    private const int Interrupted = 4;
    private const int NotSupported = 95;

    /// <summary>Forces the file's data, and the metadata needed to read it back, to the device.</summary>
    public static void FlushData(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        while (FdataSync(file) != 0)
        {
            ThrowUnlessInterrupted("fdatasync");
        }
    }

    /// <summary>Forces the directory's entries to the device; without it a created, renamed or deleted file may come back.</summary>
    public static void FlushDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(directory, ReadOnly);
        if (descriptor < 0)
        {
            throw Failure("open", directory);
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        while (Fsync(handle) != 0)
        {
            ThrowUnlessInterrupted("fsync");
        }
    }

    /// <summary>Reserves space that reads as zeros up to the length, so that appending cannot run out of it half-way.</summary>
    public static void Reserve(SafeFileHandle file, long length)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.SetLength(file, length);
            return;
        }

        while (Fallocate(file, 0, 0, length) != 0)
        {
            if (Marshal.GetLastPInvokeError() == NotSupported)
            {
                RandomAccess.SetLength(file, length);
                return;
            }

            ThrowUnlessInterrupted("fallocate");
        }
    }

    /// <summary>Ends the process at once: no exit handlers, which could wait for the very thread that calls this.</summary>
    public static void ExitNow(int code)
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(code);
        }

        Exit(code);
    }

    /// <summary>Asks the system to forget what it has of the file in memory; it may decline.</summary>
    public static void DropCache(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Fadvise(file, 0, 0, AdviseDontNeed);
        }
    }

    private static void ThrowUnlessInterrupted(string call)
    {
        if (Marshal.GetLastPInvokeError() != Interrupted)
        {
            throw Failure(call, null);
        }
    }

    private static IOException Failure(string call, string? path)
    {
        var cause = new Win32Exception(Marshal.GetLastPInvokeError());
        return new IOException($"{call}{(path is null ? "" : " " + path)}: {cause.Message}", cause) { HResult = cause.NativeErrorCode };
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FdataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Fallocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Fadvise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
