using System.Numerics;

namespace ActorEtcd.Store;

/// <summary>Protobuf's variable-length integers.</summary>
internal static class Varint
{
    private const int BitsPerByte = 7;
    private const int LengthMax = 10;

    public static int Size(ulong value) => (BitOperations.Log2(value | 1) / BitsPerByte) + 1;

    public static int Size(long value) => Size((ulong)value);

    public static int Write(Span<byte> target, ulong value)
    {
        var position = 0;
        while (value >= 0x80)
        {
            target[position++] = (byte)(value | 0x80);
            value >>= BitsPerByte;
        }

        target[position++] = (byte)value;
        return position;
    }

    public static ulong Read(scoped ref ReadOnlySpan<byte> source)
    {
        ulong value = 0;
        for (var position = 0; position < source.Length && position < LengthMax; position++)
        {
            var part = source[position];
            value |= (ulong)(part & 0x7f) << (position * BitsPerByte);
            if (part < 0x80)
            {
                source = source[(position + 1)..];
                return value;
            }
        }

        throw new InvalidDataException("a variable-length integer without an end");
    }
}
