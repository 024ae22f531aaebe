using System.Buffers.Binary;

namespace ActorEtcd.Store;

/// <summary>
/// How a record lies in a segment: length of the payload (4 bytes), CRC-32C of all that follows (4), main revision
/// (8), sub revision (4), flags (4), payload. Little endian.
/// </summary>
internal readonly ref struct RecordFrame
{
    public const int HeaderSize = 24;
    private const int CrcOffset = 4;
    private const int MainOffset = 8;
    private const int SubOffset = 16;
    private const int FlagsOffset = 20;
    private const uint TombstoneFlag = 1;

    private readonly ReadOnlySpan<byte> _bytes;

    private RecordFrame(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public int Length => HeaderSize + PayloadLength;

    public int PayloadLength => BinaryPrimitives.ReadInt32LittleEndian(_bytes);

    public uint Crc => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[CrcOffset..]);

    public long Main => BinaryPrimitives.ReadInt64LittleEndian(_bytes[MainOffset..]);

    public int Sub => BinaryPrimitives.ReadInt32LittleEndian(_bytes[SubOffset..]);

    public Revision Revision => new(Main, Sub);

    public bool IsTombstone => (BinaryPrimitives.ReadUInt32LittleEndian(_bytes[FlagsOffset..]) & TombstoneFlag) != 0;

    public ReadOnlySpan<byte> Payload => _bytes.Slice(HeaderSize, PayloadLength);

    /// <summary>The frame at the start of bytes that are known to be sound.</summary>
    public static RecordFrame At(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>Whether the bytes begin with a whole frame whose checksum holds.</summary>
    public static bool IsSound(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize)
        {
            return false;
        }

        var frame = new RecordFrame(bytes);
        return frame.PayloadLength > 0
            && frame.PayloadLength <= bytes.Length - HeaderSize
            && frame.Crc == Crc32C.Compute(bytes[MainOffset..frame.Length]);
    }

    /// <summary>Fills the header around a payload that is in place already; returns the checksum.</summary>
    public static uint Complete(Span<byte> frame, long main, int sub, bool tombstone)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - HeaderSize);
        BinaryPrimitives.WriteInt64LittleEndian(frame[MainOffset..], main);
        BinaryPrimitives.WriteInt32LittleEndian(frame[SubOffset..], sub);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[FlagsOffset..], tombstone ? TombstoneFlag : 0);
        var crc = Crc32C.Compute(frame[MainOffset..]);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[CrcOffset..], crc);
        return crc;
    }
}
