using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorEtcd.Persistence.Segments;

/// <summary>
/// Memory outside the managed heap at fixed addresses. On Linux a region can be exchanged for a file with the same
/// content while others read it; elsewhere regions are plain memory and stay so.
/// </summary>
internal static unsafe partial class MemoryMap
{
    private const int ProtectRead = 1;
    private const int ProtectReadWrite = 3;
    private const int MapShared = 0x01;
    private const int MapPrivate = 0x02;
    private const int MapFixed = 0x10;
    private const int MapAnonymous = 0x20;
    private const int MapNoReserve = 0x4000;
    private const int AdviseDontNeed = 4;
    private const nint Failed = -1;

    /// <summary>Whether files can be mapped here.</summary>
    public static bool MapsFiles => OperatingSystem.IsLinux();

    /// <summary>Memory to write to; pages take space when they are first written.</summary>
    public static nint Allocate(nint length) => MapsFiles
        ? Checked(Map(0, length, ProtectReadWrite, MapPrivate | MapAnonymous | MapNoReserve, -1, 0))
        : (nint)NativeMemory.Alloc((nuint)length);

    /// <summary>The beginning of the file, to be read only.</summary>
    public static nint MapFile(SafeFileHandle file, nint length) =>
        Checked(MapHandle(0, length, ProtectRead, MapShared, file, 0));

    /// <summary>
    /// Puts the beginning of the file in place of the memory at the address, which holds the same bytes: readers
    /// notice nothing, and the operating system may drop the pages when memory is short.
    /// </summary>
    public static void ReplaceByFile(nint address, SafeFileHandle file, nint length) =>
        Checked(MapHandle(address, length, ProtectRead, MapShared | MapFixed, file, 0));

    /// <summary>Lets go of the pages of a mapped file; they are read again when needed.</summary>
    public static void ReleasePages(nint address, nint length) => _ = Advise(address, length, AdviseDontNeed);

    public static void Free(nint address, nint length)
    {
        if (MapsFiles)
        {
            _ = Unmap(address, length);
        }
        else
        {
            NativeMemory.Free((void*)address);
        }
    }

    private static nint Checked(nint address)
    {
        if (address != Failed)
        {
            return address;
        }

        var cause = new Win32Exception(Marshal.GetLastPInvokeError());
        throw new IOException($"mmap: {cause.Message}", cause) { HResult = cause.NativeErrorCode };
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MapHandle(
        nint address, nint length, int protection, int flags, SafeFileHandle file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nint length);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    private static partial int Advise(nint address, nint length, int advice);
}
