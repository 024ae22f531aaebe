using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using ActorEtcd.Log;
using ActorEtcd.Persistence.Serialization;

namespace ActorEtcd.Specs.Sim;

/// <summary>
/// Reads the log as it would be found on the disk after a loss of power, and goes on where it stopped whenever more is there.
/// Written from the format alone, so that what the product takes for durable is compared with what is.
/// </summary>
internal sealed class SimLogReader(Action<long, LogEvent> visit)
{
    private const int FileHeader = 64;
    private const int FileHeaderPreviousCrc = 48;
    private const int FrameHeader = 20;
    private const int FrameMinimum = 24;
    private const int FramePayload = 20;
    private const int FrameType = 16;
    private const byte Events = 2;
    private const string Extension = ".wal";

    private static readonly LogEventSerializer Serializer = new(null!);

    private long _sequence = -1;
    private uint _crc;

    /// <summary>Where the log ends.</summary>
    public int End { get; private set; }

    /// <summary>The file in which it ends; null before there is one.</summary>
    public string? File { get; private set; }

    /// <summary>Where the last record begins, and the last of its events, if it has any.</summary>
    public (int Offset, LogEvent? Event) Last { get; private set; }

    public static bool IsLog(string path) => path.EndsWith(Extension, StringComparison.Ordinal);

    public void Read(SimFileSystem files)
    {
        foreach (var (path, file) in files.DurableFiles)
        {
            if (!IsLog(path))
            {
                continue;
            }

            long sequence = long.Parse(Path.GetFileName(path).AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (sequence > _sequence && !Begin(sequence, path, file.Durable))
            {
                return;
            }

            if (sequence == _sequence)
            {
                ReadFrames(file.Durable);
            }
        }
    }

    private bool Begin(long sequence, string path, byte[] bytes)
    {
        uint previous = bytes.Length < FileHeader ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(FileHeaderPreviousCrc));
        if (bytes.Length < FileHeader || (_sequence >= 0 && (sequence != _sequence + 1 || previous != _crc)))
        {
            return false;
        }

        _sequence = sequence;
        _crc = previous;
        File = path;
        End = FileHeader;
        return true;
    }

    private void ReadFrames(byte[] bytes)
    {
        while (FrameAt(bytes) is { Length: > 0 } frame)
        {
            Last = (End, null);
            _crc = BinaryPrimitives.ReadUInt32LittleEndian(frame);
            if (frame[FrameType] == Events)
            {
                ReadEvents(frame.AsSpan(FramePayload, BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(8))));
            }

            End += frame.Length;
        }
    }

    /// <summary>The whole and sound frame that continues the log, or nothing.</summary>
    private byte[] FrameAt(byte[] bytes)
    {
        if (End + FrameMinimum > bytes.Length)
        {
            return [];
        }

        long length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(End + 8));
        long size = (FrameHeader + length + sizeof(uint) + 7) & ~7L;
        if (bytes[End + FrameType] == 0 || End + size > bytes.Length)
        {
            return [];
        }

        byte[] frame = bytes[End..(int)(End + size)];
        uint crc = BinaryPrimitives.ReadUInt32LittleEndian(frame);
        bool isSound = BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(4)) == _crc
            && BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(frame.Length - 4)) == crc
            && Crc32C.Compute(frame.AsSpan(4, frame.Length - 8)) == crc;
        return isSound ? frame : [];
    }

    private void ReadEvents(ReadOnlySpan<byte> rest)
    {
        Take(ref rest, (int)Number(ref rest));
        for (ulong left = Number(ref rest); left > 0; left--)
        {
            int flags = Take(ref rest, 1)[0];
            long sequenceNr = (long)Number(ref rest);
            Number(ref rest);
            string manifest = Encoding.UTF8.GetString(Take(ref rest, (int)Number(ref rest)));
            SkipOptional(ref rest, flags);
            int length = BinaryPrimitives.ReadInt32LittleEndian(Take(ref rest, sizeof(int)));
            var logEvent = (LogEvent)Serializer.FromBinary(Take(ref rest, length).ToArray(), manifest);
            Last = (Last.Offset, logEvent);
            visit(sequenceNr, logEvent);
        }
    }

    /// <summary>The adapter's manifest, the writer as a GUID or a text, the time.</summary>
    private static void SkipOptional(ref ReadOnlySpan<byte> rest, int flags)
    {
        if ((flags & 1) != 0)
        {
            Take(ref rest, (int)Number(ref rest));
        }

        if ((flags & 2) != 0)
        {
            Take(ref rest, 16);
        }
        else if ((flags & 4) != 0)
        {
            Take(ref rest, (int)Number(ref rest));
        }

        if ((flags & 8) != 0)
        {
            Take(ref rest, sizeof(long));
        }
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int count)
    {
        ReadOnlySpan<byte> taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    private static ulong Number(ref ReadOnlySpan<byte> rest)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte group = Take(ref rest, 1)[0];
            value |= (ulong)(group & 0x7f) << shift;
            if (group < 0x80)
            {
                return value;
            }
        }
    }
}
