using System.Buffers;

namespace ActorEtcd.Persistence.Journal;

/// <summary>Numbers and texts in seven-bit groups, lowest first.</summary>
internal static class VarInt
{
    private const int BytesMax = 10;
    private const int More = 0x80;
    private const int GroupBits = 7;

    public static void Write(IBufferWriter<byte> output, ulong value)
    {
        var bytes = output.GetSpan(BytesMax);
        var count = 0;
        while (value >= More)
        {
            bytes[count++] = (byte)(value | More);
            value >>= GroupBits;
        }

        bytes[count++] = (byte)value;
        output.Advance(count);
    }

    public static void WriteText(IBufferWriter<byte> output, string text)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(text);
        Write(output, (ulong)length);
        System.Text.Encoding.UTF8.GetBytes(text, output.GetSpan(Math.Max(length, 1)));
        output.Advance(length);
    }

    /// <summary>Reads a number and moves the bytes on; false if there is none.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < BytesMax; i++)
        {
            value |= (ulong)(bytes[i] & (More - 1)) << (GroupBits * i);
            if (bytes[i] < More)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a length and that many bytes.</summary>
    public static bool TryReadBytes(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryRead(ref bytes, out var length) || length > (ulong)bytes.Length)
        {
            return false;
        }

        value = bytes[..(int)length];
        bytes = bytes[(int)length..];
        return true;
    }
}
