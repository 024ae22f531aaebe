using ActorEtcd.Persistence.DataDir;
using ActorEtcd.Store;
using Microsoft.Win32.SafeHandles;

namespace ActorEtcd.Persistence.Segments;

/// <summary>Writes another member's segment to a file that gets its name only when it is whole and durable.</summary>
internal sealed class FileSegmentReceiver(SegmentInfo info, string path, Action<SegmentInfo> completed)
    : ISegmentReceiver
{
    private readonly string _part = path + FileSegmentStorage.PartExtension;
    private SafeFileHandle? _file;
    private uint _crc;

    public int Received { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _file ??= File.OpenHandle(_part, FileMode.Create, FileAccess.ReadWrite);
            RandomAccess.Write(_file, bytes, Received);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new SegmentWriteException(_part, cause);
        }

        _crc = Crc32C.Append(_crc, bytes);
        Received += bytes.Length;
    }

    public SegmentInfo Complete()
    {
        if (Received != info.Length || _crc != info.Crc || _file is null)
        {
            throw new SegmentDamagedException(
                _part,
                Received,
                $"length {Received} and checksum {_crc:x8}, should be {info.Length} and {info.Crc:x8}");
        }

        FileSegmentStorage.Writing(_part, () =>
        {
            Libc.FlushData(_file);
            _file.Dispose();
            File.Move(_part, path, overwrite: true);
            DurableFiles.FlushDirectory(Path.GetDirectoryName(path)!);
        });
        completed(info);
        return info;
    }

    public void Abandon()
    {
        _file?.Dispose();
        _file = null;
        File.Delete(_part);
    }
}
