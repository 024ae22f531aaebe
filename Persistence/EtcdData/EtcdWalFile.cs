using System.Buffers.Binary;
using ActorEtcd.Wire;

namespace ActorEtcd.Persistence.EtcdData;

/// <summary>
/// Reads one file of etcd's write-ahead log and verifies every byte of it. A frame is a length (8 bytes, little endian:
/// 56 bits of length, and how many bytes fill the record up to a multiple of 8 when the highest bit is set) and a
/// record {1 type, 2 checksum, 3 data}. The checksum is a CRC-32C over the data of all records so far. Behind the last
/// frame is nothing, or zeros that were reserved.
/// </summary>
internal sealed class EtcdWalFile : IDisposable
{
    private const int LengthSize = sizeof(ulong);
    private const int LengthBits = 56;
    private const ulong LengthMask = (1UL << LengthBits) - 1;
    private const ulong PaddedMark = 0x80;
    private const ulong Alignment = 8;
    private const int SectorSize = 512;
    private const int ChunkSize = 128 * 1024;

    private readonly string _path;
    private readonly bool _isLast;
    private readonly FileStream _stream;
    private readonly long _fileLength;
    private long _offset;

    /// <param name="isLast">Whether a crash of etcd may have cut the last record off.</param>
    public EtcdWalFile(string path, bool isLast)
    {
        _path = path;
        _isLast = isLast;
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, ChunkSize);
        _fileLength = _stream.Length;
    }

    /// <summary>Where a record that a crash cut off begins, when there is one.</summary>
    public long? TornAt { get; private set; }

    /// <summary>The next record, or null at the end.</summary>
    /// <param name="crc">The checksum of the chain before the record; moved on.</param>
    /// <exception cref="EtcdFileDamagedException">What follows is no record that follows the one before.</exception>
    public EtcdWalRecord? Next(ref uint crc)
    {
        var start = _offset;
        Span<byte> field = stackalloc byte[LengthSize];
        var count = ReadUpTo(field);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(field);
        if (count < LengthSize || length == 0)
        {
            CheckBlank(field[..count], start);
            return null;
        }

        var recordLength = length & LengthMask;
        var padding = (Alignment - (recordLength % Alignment)) % Alignment;
        if (length >> LengthBits != (padding == 0 ? 0 : PaddedMark | padding))
        {
            throw Damaged(start, $"no record can begin with the length {length:x}");
        }

        if (recordLength + padding > (ulong)(_fileLength - _offset))
        {
            throw Damaged(start, $"a record of {recordLength} bytes is cut off by the end of the file at {_fileLength}");
        }

        var frame = new byte[recordLength + padding];
        ReadUpTo(frame);
        if (!frame.AsSpan((int)recordLength).ContainsAnyExcept((byte)0)
            && TryDecode(frame.AsMemory(0, (int)recordLength), start) is { } record)
        {
            var next = record.Type == EtcdWalRecordTypes.Crc ? crc : Crc32C.Append(crc, record.Data.Span);
            if (record.Type == EtcdWalRecordTypes.Crc ? crc == 0 || crc == record.Crc : next == record.Crc)
            {
                crc = record.Crc;
                return record;
            }
        }

        if (IsTorn(frame, start + LengthSize, crc))
        {
            TornAt = start;
            return null;
        }

        throw Damaged(start, "the record's checksum does not match");
    }

    public void Dispose() => _stream.Dispose();

    private EtcdWalRecord? TryDecode(ReadOnlyMemory<byte> bytes, long offset)
    {
        try
        {
            return Decode(bytes, offset, isWhole: true);
        }
        catch (MalformedMessageException)
        {
            return null;
        }
    }

    private EtcdWalRecord Decode(ReadOnlyMemory<byte> bytes, long offset, bool isWhole)
    {
        long type = 0;
        uint crc = 0;
        ReadOnlyMemory<byte> data = default;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: type = reader.Int64(); break;
                case 2: crc = (uint)reader.UInt64(); break;
                case 3: data = reader.Bytes(); break;
                default: throw new MalformedMessageException($"field {reader.Field} in a record of the log");
            }

            if (!isWhole && reader.Field == 3)
            {
                break;
            }
        }

        return new EtcdWalRecord(type, crc, data, _path, offset);
    }

    // A write that a crash cut off leaves sectors as the zeros that they were, and nothing behind. A sound record in a
    // frame that claims to be longer is no such write, but a damaged length.
    private bool IsTorn(ReadOnlyMemory<byte> frame, long frameOffset, uint crc)
    {
        if (!_isLast || !HasBlankSector(frame.Span, frameOffset) || !IsBlankToTheEnd())
        {
            return false;
        }

        try
        {
            var record = Decode(frame, frameOffset, isWhole: false);
            return record.Data.IsEmpty || Crc32C.Append(crc, record.Data.Span) != record.Crc;
        }
        catch (MalformedMessageException)
        {
            return true;
        }
    }

    private static bool HasBlankSector(ReadOnlySpan<byte> frame, long offset)
    {
        while (!frame.IsEmpty)
        {
            var length = (int)Math.Min(frame.Length, SectorSize - (offset % SectorSize));
            if (!frame[..length].ContainsAnyExcept((byte)0))
            {
                return true;
            }

            offset += length;
            frame = frame[length..];
        }

        return false;
    }

    private void CheckBlank(ReadOnlySpan<byte> rest, long offset)
    {
        if (rest.ContainsAnyExcept((byte)0))
        {
            throw Damaged(offset, $"{rest.Length} bytes, where a record or nothing belongs");
        }

        if (!IsBlankToTheEnd())
        {
            throw Damaged(offset, "blank space is followed by data; start etcd on it once, which repairs its log, and stop it");
        }
    }

    private bool IsBlankToTheEnd()
    {
        var chunk = new byte[ChunkSize];
        int count;
        while ((count = ReadUpTo(chunk)) > 0)
        {
            if (chunk.AsSpan(0, count).ContainsAnyExcept((byte)0))
            {
                return false;
            }
        }

        return true;
    }

    private int ReadUpTo(Span<byte> target)
    {
        var count = _stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
        _offset += count;
        return count;
    }

    private EtcdFileDamagedException Damaged(long offset, string reason) => new(_path, offset, reason);
}
