using System.Numerics;

namespace ActorEtcd.Persistence.Journal;

/// <summary>
/// Judges the first bad bytes of the last segment: left behind by a write that a crash cut off (torn: never
/// acknowledged, safe to drop) or changed after they were written (corrupt: perhaps acknowledged, must not be dropped).
/// <para>
/// What a crash can leave: space is reserved and reads as zeros until it is written; a batch is written in one go and
/// flushed before the next batch is written; the device may keep any of the batch's sectors and lose the others. So
/// only the last batch can be torn, and what is missing of it is zeros or lies beyond the end of the file.
/// </para>
/// <list type="number">
/// <item>A whole record of a later batch follows, or the first record of the batch that follows the last good record:
/// the flush of the bad bytes had returned. Corrupt.</item>
/// <item>Part of the bad record is missing: it runs past the end of the file, its end mark was not written, or its
/// share of some sector is all zeros. Torn.</item>
/// <item>Otherwise it was written from end to end and differs now. Corrupt, even if it is the very last record: it may
/// have been acknowledged.</item>
/// </list>
/// </summary>
internal static class WalTail
{
    /// <summary>The smallest unit that a device writes as a whole.</summary>
    private const int SectorBytes = 512;

    /// <param name="rest">The file from the first bad byte to its end.</param>
    /// <param name="offset">Offset in the file of the first bad byte.</param>
    /// <param name="lastBatch">Batch of the last good record.</param>
    public static WalTailVerdict Judge(ReadOnlySpan<byte> rest, long offset, uint lastBatch)
    {
        var written = rest.LastIndexOfAnyExcept((byte)0) + 1;
        var follower = rest.Length;
        for (var at = 0; at + WalFrame.MinimumSize <= written; at += WalFrame.Alignment)
        {
            if (!WalFrame.IsIntact(rest[at..], out _))
            {
                continue;
            }

            if (at == 0)
            {
                return Corrupt("the record is whole but does not follow the one before it", written);
            }

            if (ProvesFlush(rest[at..], lastBatch))
            {
                return Corrupt($"records that were written later follow at offset {offset + at}", written);
            }

            follower = Math.Min(follower, at);
        }

        var end = EndOfWholeFrame(rest, written, follower);
        if (end == 0)
        {
            return new WalTailVerdict(IsTorn: true, "its end was not written", written);
        }

        return HasBlankSector(rest[..end], offset)
            ? new WalTailVerdict(IsTorn: true, "a sector of it was not written", written)
            : Corrupt("the record was written to its end and its checksum does not match", written);
    }

    private static WalTailVerdict Corrupt(string reason, long bytes) => new(IsTorn: false, reason, bytes);

    /// <summary>The bad bytes belong to the batch of the last good record or to the next one; numbers wrap around.</summary>
    private static bool ProvesFlush(ReadOnlySpan<byte> frame, uint lastBatch)
    {
        var distance = unchecked((int)(WalFrame.Batch(frame) - lastBatch));
        return distance is < 0 or > 1 || (distance == 1 && WalFrame.IsBatchStart(frame));
    }

    /// <summary>
    /// The end of the bad frame, if it carries its end mark; 0 if not. Its length may be what is bad, so the places
    /// where it can end are: where its length says, where the next whole frame begins, where the written bytes end.
    /// </summary>
    private static int EndOfWholeFrame(ReadOnlySpan<byte> rest, int written, int follower)
    {
        var aligned = (written + WalFrame.Alignment - 1) & -WalFrame.Alignment;
        foreach (var end in (ReadOnlySpan<int>)[WalFrame.PlausibleSize(rest), follower, aligned])
        {
            if (end >= WalFrame.MinimumSize && end <= rest.Length && CarriesEndMark(rest[..end]))
            {
                return end;
            }
        }

        return 0;
    }

    private static bool CarriesEndMark(ReadOnlySpan<byte> frame)
    {
        var mark = WalFrame.Mark(frame);
        var crc = WalFrame.Crc(frame);
        var computed = WalFrame.ComputeCrc(frame);
        return mark != 0 && (mark == crc || mark == computed || (crc == computed && !IsCutShort(mark, crc)));
    }

    /// <summary>
    /// The end mark stops after some of its bytes, as a write that was cut off leaves it. If only one bit is missing, that bit may
    /// as well have changed later, and a record that was acknowledged must not be dropped.
    /// </summary>
    private static bool IsCutShort(uint mark, uint crc) =>
        (mark == (crc & 0xFF) || mark == (crc & 0xFFFF) || mark == (crc & 0xFFFFFF)) && BitOperations.PopCount(mark ^ crc) > 1;

    private static bool HasBlankSector(ReadOnlySpan<byte> frame, long offset)
    {
        while (!frame.IsEmpty)
        {
            var share = (int)Math.Min(frame.Length, SectorBytes - offset % SectorBytes);
            if (!frame[..share].ContainsAnyExcept((byte)0))
            {
                return true;
            }

            frame = frame[share..];
            offset += share;
        }

        return false;
    }
}
