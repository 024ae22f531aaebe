using System.Runtime.InteropServices;
using System.Text;

namespace Hyperion.Format;

/// <summary>Values without parts.</summary>
internal static class Scalars
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool TryWrite(ByteWriter writer, object value)
    {
        switch (value)
        {
            case Enum: return false;
            case null: Tag(writer, ValueTag.Null); break;
            case bool b: Tag(writer, b ? ValueTag.True : ValueTag.False); break;
            case string text: WriteText(writer, text); break;
            case int or uint or float: Write4(writer, value); break;
            case long or ulong or double or TimeSpan: Write8(writer, value); break;
            case byte or sbyte or short or ushort or char: WriteSmall(writer, value); break;
            case decimal or DateTime or DateTimeOffset or Guid: WriteLarge(writer, value); break;
            default: return false;
        }

        return true;
    }

    /// <summary>Reads what the tag says; false when that is no scalar.</summary>
    public static bool TryRead(ByteReader reader, ValueTag tag, out object value)
    {
        value = tag switch
        {
            ValueTag.Null => null,
            ValueTag.False => false,
            ValueTag.True => true,
            ValueTag.Byte => reader.Byte(),
            ValueTag.SByte => (sbyte)reader.Byte(),
            ValueTag.Int16 => reader.Int16(),
            ValueTag.UInt16 => (ushort)reader.Int16(),
            ValueTag.Char => (char)reader.Int16(),
            ValueTag.Int32 => reader.Int32(),
            ValueTag.UInt32 => (uint)reader.Int32(),
            ValueTag.Int64 => reader.Int64(),
            ValueTag.UInt64 => (ulong)reader.Int64(),
            ValueTag.Single => BitConverter.Int32BitsToSingle(reader.Int32()),
            ValueTag.Double => BitConverter.Int64BitsToDouble(reader.Int64()),
            ValueTag.Decimal => new decimal([reader.Int32(), reader.Int32(), reader.Int32(), reader.Int32()]),
            ValueTag.String => reader.Text(),
            ValueTag.RawString => new string(MemoryMarshal.Cast<byte, char>(reader.Take(reader.Count(1)))),
            ValueTag.DateTime => new DateTime(reader.Int64(), (DateTimeKind)reader.Byte()),
            ValueTag.DateTimeOffset => new DateTimeOffset(reader.Int64(), TimeSpan.FromMinutes(reader.Int16())),
            ValueTag.TimeSpan => new TimeSpan(reader.Int64()),
            ValueTag.Guid => new Guid(reader.Take(16)),
            _ => tag,
        };
        return value is not ValueTag;
    }

    private static void WriteText(ByteWriter writer, string text)
    {
        try
        {
            Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            var bytes = MemoryMarshal.AsBytes(text.AsSpan());
            Tag(writer, ValueTag.RawString);
            writer.Count(bytes.Length);
            writer.Bytes(bytes);
            return;
        }

        Tag(writer, ValueTag.String);
        writer.Text(text);
    }

    private static void WriteSmall(ByteWriter writer, object value)
    {
        switch (value)
        {
            case byte b: Tag(writer, ValueTag.Byte); writer.Byte(b); break;
            case sbyte b: Tag(writer, ValueTag.SByte); writer.Byte((byte)b); break;
            case short s: Tag(writer, ValueTag.Int16); writer.Int16(s); break;
            case ushort s: Tag(writer, ValueTag.UInt16); writer.Int16((short)s); break;
            case char c: Tag(writer, ValueTag.Char); writer.Int16((short)c); break;
        }
    }

    private static void Write4(ByteWriter writer, object value)
    {
        switch (value)
        {
            case int i: Tag(writer, ValueTag.Int32); writer.Int32(i); break;
            case uint i: Tag(writer, ValueTag.UInt32); writer.Int32((int)i); break;
            case float f: Tag(writer, ValueTag.Single); writer.Int32(BitConverter.SingleToInt32Bits(f)); break;
        }
    }

    private static void Write8(ByteWriter writer, object value)
    {
        switch (value)
        {
            case long l: Tag(writer, ValueTag.Int64); writer.Int64(l); break;
            case ulong l: Tag(writer, ValueTag.UInt64); writer.Int64((long)l); break;
            case double d: Tag(writer, ValueTag.Double); writer.Int64(BitConverter.DoubleToInt64Bits(d)); break;
            case TimeSpan span: Tag(writer, ValueTag.TimeSpan); writer.Int64(span.Ticks); break;
        }
    }

    private static void WriteLarge(ByteWriter writer, object value)
    {
        switch (value)
        {
            case decimal d:
                Tag(writer, ValueTag.Decimal);
                foreach (var part in decimal.GetBits(d))
                {
                    writer.Int32(part);
                }

                break;
            case DateTime time: Tag(writer, ValueTag.DateTime); writer.Int64(time.Ticks); writer.Byte((byte)time.Kind); break;
            case DateTimeOffset time:
                Tag(writer, ValueTag.DateTimeOffset);
                writer.Int64(time.Ticks);
                writer.Int16((short)time.Offset.TotalMinutes);
                break;
            case Guid guid: Tag(writer, ValueTag.Guid); writer.Bytes(guid.ToByteArray()); break;
        }
    }

    private static void Tag(ByteWriter writer, ValueTag tag) => writer.Byte((byte)tag);
}
