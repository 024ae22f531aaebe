using System.Buffers.Binary;
using System.Text;

namespace ActorEtcd.Specs.Chaos.Faults;

/// <summary>A record of the log that <c>disk_faults.c</c> writes; see there.</summary>
internal sealed record DiskRecord(
    DiskRecordType Type, ulong Inode, long Offset, long Length, string Path, string Other, byte[] Data, long At)
{
    private const int HeadLength = 40;

    /// <summary>Reads the log; a record at the end that the kill cut off never led to a write.</summary>
    public static List<DiskRecord> ReadAll(string file)
    {
        byte[] log = File.ReadAllBytes(file);
        var records = new List<DiskRecord>();
        int at = 0;
        while (at + HeadLength <= log.Length)
        {
            ReadOnlySpan<byte> head = log.AsSpan(at, HeadLength);
            int pathLength = (int)BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            int otherLength = (int)BinaryPrimitives.ReadUInt32LittleEndian(head[32..]);
            int dataLength = (int)BinaryPrimitives.ReadUInt32LittleEndian(head[36..]);
            int end = at + HeadLength + pathLength + otherLength + dataLength;
            if (end > log.Length)
            {
                break;
            }

            records.Add(new DiskRecord(
                (DiskRecordType)BinaryPrimitives.ReadUInt32LittleEndian(head),
                BinaryPrimitives.ReadUInt64LittleEndian(head[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(head[16..]),
                BinaryPrimitives.ReadInt64LittleEndian(head[24..]),
                Encoding.UTF8.GetString(log, at + HeadLength, pathLength),
                Encoding.UTF8.GetString(log, at + HeadLength + pathLength, otherLength),
                log[(end - dataLength)..end],
                at));
            at = end;
        }

        return records;
    }
}
