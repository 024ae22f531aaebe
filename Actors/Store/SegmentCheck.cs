namespace ActorEtcd.Store;

/// <summary>Finds out whether bytes are the segment that a manifest names.</summary>
public static class SegmentCheck
{
    /// <summary>Throws <see cref="SegmentDamagedException"/> with the first offset that is wrong.</summary>
    public static void Verify(string name, ReadOnlySpan<byte> bytes, SegmentInfo info)
    {
        if (bytes.Length < info.Length)
        {
            throw new SegmentDamagedException(name, bytes.Length, $"ends before its length {info.Length}");
        }

        var content = bytes[..info.Length];
        var crc = Crc32C.Compute(content);
        if (crc != info.Crc)
        {
            throw new SegmentDamagedException(
                name, FirstUnsoundOffset(content), $"checksum {crc:x8}, manifest says {info.Crc:x8}");
        }
    }

    private static int FirstUnsoundOffset(ReadOnlySpan<byte> content)
    {
        if (content.Length < Segment.HeaderSize || !content[..Segment.HeaderSize].SequenceEqual(Segment.Header))
        {
            return 0;
        }

        var offset = Segment.HeaderSize;
        while (offset < content.Length && RecordFrame.IsSound(content[offset..]))
        {
            offset += RecordFrame.At(content[offset..]).Length;
        }

        return offset;
    }
}
