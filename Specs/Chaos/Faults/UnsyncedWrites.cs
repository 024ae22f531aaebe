using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorEtcd.Specs.Chaos.Faults;

/// <summary>
/// Takes back what a loss of power loses: writes, lengths and names that no flush has made durable. A device may have
/// got further than it was told to, so what was done before a chosen moment may survive, and of the first lost write a
/// part in whole sectors.
/// </summary>
internal static partial class UnsyncedWrites
{
    private const int Sector = 512;

    /// <summary>Returns how many operations were taken back.</summary>
    /// <param name="undo">The directory given to <c>disk_faults.c</c>.</param>
    public static int TakeBack(string undo, Random random)
    {
        List<DiskRecord> records = DiskRecord.ReadAll(Path.Combine(undo, "log"));
        List<DiskRecord> lost = [.. Lost(records)];
        if (lost.Count > 0 && random.Next(2) == 0)
        {
            lost.RemoveRange(0, random.Next(lost.Count));
        }

        bool tears = lost.Count > 0 && random.Next(3) == 0;
        for (int i = lost.Count - 1; i >= 0; i--)
        {
            TakeBack(undo, lost[i], tears && i == 0 ? random : null);
        }

        return lost.Count;
    }

    private static IEnumerable<DiskRecord> Lost(List<DiskRecord> records)
    {
        var durable = new Dictionary<ulong, long>();
        var durableNames = new Dictionary<string, long>();
        foreach (DiskRecord record in records)
        {
            if (record.Type == DiskRecordType.Sync)
            {
                durable[record.Inode] = record.Offset;
            }
            else if (record.Type == DiskRecordType.DirectorySync)
            {
                durableNames[Path.TrimEndingDirectorySeparator(record.Path)] = record.Offset;
            }
        }

        return records.Where(record => record.Type switch
        {
            DiskRecordType.Write or DiskRecordType.Length => record.At >= durable.GetValueOrDefault(record.Inode),
            DiskRecordType.Create or DiskRecordType.Unlink => record.At >= durableNames.GetValueOrDefault(Path.GetDirectoryName(record.Path)!),
            DiskRecordType.Rename => record.At >= durableNames.GetValueOrDefault(Path.GetDirectoryName(record.Other)!),
            _ => false,
        });
    }

    private static void TakeBack(string undo, DiskRecord record, Random? tearing)
    {
        string kept = Path.Combine(undo, record.Inode.ToString(System.Globalization.CultureInfo.InvariantCulture));
        switch (record.Type)
        {
            case DiskRecordType.Write:
                RestoreBytes(kept, record, tearing);
                break;
            case DiskRecordType.Length:
                using (SafeFileHandle file = File.OpenHandle(kept, FileMode.Open, FileAccess.ReadWrite))
                {
                    RandomAccess.SetLength(file, record.Length);
                }

                break;
            case DiskRecordType.Create:
                File.Delete(record.Path);
                break;
            case DiskRecordType.Unlink:
                HardLink(kept, record.Path);
                break;
            case DiskRecordType.Rename when File.Exists(record.Other):
                File.Move(record.Other, record.Path, overwrite: true);
                if (record.Inode != 0)
                {
                    HardLink(kept, record.Other);
                }

                break;
        }
    }

    private static void RestoreBytes(string kept, DiskRecord record, Random? tearing)
    {
        using SafeFileHandle file = File.OpenHandle(kept, FileMode.Open, FileAccess.ReadWrite);
        int survives = tearing == null ? 0 : Torn(record, tearing);
        RandomAccess.Write(file, record.Data.AsSpan(survives), record.Offset + survives);
        if (RandomAccess.GetLength(file) > record.Length)
        {
            RandomAccess.SetLength(file, Math.Max(record.Length, survives == 0 ? 0 : record.Offset + survives));
        }
    }

    /// <summary>How many of its bytes got to the device: up to the end of a sector.</summary>
    private static int Torn(DiskRecord record, Random random)
    {
        long end = (record.Offset + random.Next(record.Data.Length + 1)) / Sector * Sector;
        return (int)Math.Clamp(end - record.Offset, 0, record.Data.Length);
    }

    private static void HardLink(string existing, string name)
    {
        File.Delete(name);
        if (Link(existing, name) != 0)
        {
            throw new IOException($"link {existing} {name}: error {Marshal.GetLastPInvokeError()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);
}
