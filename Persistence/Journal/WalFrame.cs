using System.Buffers.Binary;

namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// How a record lies in a segment. Little-endian, a multiple of 8 bytes:
/// <code>
///  0  crc       CRC-32C of everything between itself and the end mark
///  4  previous  crc of the frame before: the chain
///  8  length    bytes of payload
/// 12  batch     number of the batch, one up for every flush
/// 16  type, 17 flags (1 = first frame of its batch in this segment), 18 zero
/// 20  payload, zeros up to 4 bytes before a multiple of 8
///     end mark  crc again: tells a frame that was written to its end from one that was not
/// </code>
/// A frame is self-contained: it can be verified without the frames before it, which is what allows to tell a write
/// that a crash cut off from data that changed afterwards (<see cref="WalTail"/>).
/// </summary>
internal static class WalFrame
{
    public const int HeaderSize = 20;
    public const int MarkSize = sizeof(uint);
    public const int MinimumSize = HeaderSize + MarkSize;
    public const int Alignment = 8;
    public const byte BatchStart = 1;

    /// <summary>More than any record can be; keeps the arithmetic on lengths read from disk free of overflow.</summary>
    public const int LengthMax = 1 << 30;

    private const int PreviousOffset = 4;
    private const int LengthOffset = 8;
    private const int BatchOffset = 12;
    private const int TypeOffset = 16;
    private const int FlagsOffset = 17;

    public static int SizeOf(int length) => (HeaderSize + length + MarkSize + Alignment - 1) & -Alignment;

    public static uint Crc(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt32LittleEndian(frame);

    public static uint Previous(ReadOnlySpan<byte> frame) =>
        BinaryPrimitives.ReadUInt32LittleEndian(frame[PreviousOffset..]);

    public static uint Length(ReadOnlySpan<byte> frame) =>
        BinaryPrimitives.ReadUInt32LittleEndian(frame[LengthOffset..]);

    public static uint Batch(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt32LittleEndian(frame[BatchOffset..]);

    public static byte Type(ReadOnlySpan<byte> frame) => frame[TypeOffset];

    public static bool IsBatchStart(ReadOnlySpan<byte> frame) => (frame[FlagsOffset] & BatchStart) != 0;

    public static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> frame) => frame.Slice(HeaderSize, (int)Length(frame));

    /// <summary>The end mark of a frame of exactly this size.</summary>
    public static uint Mark(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt32LittleEndian(frame[^MarkSize..]);

    public static uint ComputeCrc(ReadOnlySpan<byte> frame) => Crc32C.Compute(frame[PreviousOffset..^MarkSize]);

    /// <summary>Size of the frame that begins here, or 0 if its header makes no sense within the bytes at hand.</summary>
    public static int PlausibleSize(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < MinimumSize || Length(bytes) > LengthMax)
        {
            return 0;
        }

        var size = SizeOf((int)Length(bytes));
        return size <= bytes.Length ? size : 0;
    }

    /// <summary>True if a whole frame with a correct checksum begins here, whatever precedes it.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> bytes, out int size)
    {
        size = PlausibleSize(bytes);
        if (size == 0 || Type(bytes) == 0)
        {
            return false;
        }

        var frame = bytes[..size];
        var crc = Crc(frame);
        return Mark(frame) == crc && ComputeCrc(frame) == crc;
    }

    /// <summary>Fills in what is known when the payload is complete.</summary>
    public static void Begin(Span<byte> header, byte type, int length)
    {
        header[..HeaderSize].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(header[LengthOffset..], length);
        header[TypeOffset] = type;
    }

    /// <summary>Fills in what is known when the frame gets its place in the log; returns its checksum.</summary>
    public static uint Seal(Span<byte> frame, uint previous, uint batch, bool batchStart)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame[PreviousOffset..], previous);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[BatchOffset..], batch);
        frame[FlagsOffset] = batchStart ? BatchStart : (byte)0;
        var crc = ComputeCrc(frame);
        BinaryPrimitives.WriteUInt32LittleEndian(frame, crc);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[^MarkSize..], crc);
        return crc;
    }
}
