using System.Buffers.Binary;

namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// The first 64 bytes of a segment: magic, format version, cluster, member, sequence, number of the first record, the
/// checksum of the last frame of the segment before, the number of the batch it begins in, and its own checksum.
/// Invariant: a file gets its segment name only after its header is on the device, so a named segment without a valid
/// header is damaged and never merely torn.
/// </summary>
internal readonly record struct WalSegmentHeader(
    ulong ClusterId, ulong MemberId, long Sequence, long FirstRecord, uint PreviousCrc, uint Batch)
{
    public const int Size = 64;
    public const uint FormatVersion = 1;

    private const int CrcOffset = Size - sizeof(uint);

    private static ReadOnlySpan<byte> Magic => "ActorWAL"u8;

    public void Write(Span<byte> destination)
    {
        destination[..Size].Clear();
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], FormatVersion);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], ClusterId);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], MemberId);
        BinaryPrimitives.WriteInt64LittleEndian(destination[32..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(destination[40..], FirstRecord);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[48..], PreviousCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[52..], Batch);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[CrcOffset..], Crc32C.Compute(destination[..CrcOffset]));
    }

    /// <summary>Reads the header of the segment; throws the typed exception that names what is wrong with it.</summary>
    public static WalSegmentHeader Read(ReadOnlySpan<byte> bytes, WalSegment segment, WalOptions options)
    {
        if (bytes.Length < Size)
        {
            throw new WalCorruptedException(segment.Path, 0, $"the file ends inside its header, after {bytes.Length} bytes");
        }

        var crc = BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcOffset..]);
        if (crc != Crc32C.Compute(bytes[..CrcOffset]))
        {
            throw new WalCorruptedException(segment.Path, 0, "the header's checksum does not match");
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (!bytes[..Magic.Length].SequenceEqual(Magic) || version != FormatVersion)
        {
            throw new WalForeignException(segment.Path, $"it is not of format version {FormatVersion}");
        }

        var header = Parse(bytes);
        header.CheckBelongs(segment, options);
        return header;
    }

    private static WalSegmentHeader Parse(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[48..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[52..]));

    private void CheckBelongs(WalSegment segment, WalOptions options)
    {
        if (ClusterId != options.ClusterId)
        {
            throw new WalForeignException(
                segment.Path, $"it belongs to cluster {ClusterId:x}, this member is of cluster {options.ClusterId:x}");
        }

        if (MemberId != options.MemberId)
        {
            throw new WalForeignException(
                segment.Path, $"it belongs to member {MemberId:x}, this member is {options.MemberId:x}");
        }

        if (Sequence != segment.Sequence || FirstRecord != segment.FirstRecord)
        {
            throw new WalCorruptedException(
                segment.Path, 0, $"its header says that it is {WalSegment.FileName(Sequence, FirstRecord)}");
        }
    }
}
