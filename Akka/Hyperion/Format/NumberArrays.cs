using System.Runtime.InteropServices;

namespace Hyperion.Format;

/// <summary>Arrays of numbers, which are written as their bytes. The machine is taken to be of little endian, as .NET's are.</summary>
internal static class NumberArrays
{
    private static readonly Type[] Kinds =
    [
        typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(float), typeof(double), typeof(char),
    ];

    private static readonly int[] Sizes = [1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 2];

    /// <summary>The number of the element's type, or -1.</summary>
    public static int KindOf(Array array)
        => array.Rank == 1 && array.GetLowerBound(0) == 0 ? Array.IndexOf(Kinds, array.GetType().GetElementType()) : -1;

    public static void Write(ByteWriter writer, int kind, Array array)
    {
        writer.Byte((byte)kind);
        writer.Count(array.Length);
        writer.Bytes(BytesOf(array, kind));
    }

    public static Array Read(ByteReader reader)
    {
        var kind = reader.Byte();
        if (kind >= Kinds.Length)
        {
            throw new System.Runtime.Serialization.SerializationException($"an array of unknown numbers, {kind}");
        }

        var array = Array.CreateInstance(Kinds[kind], reader.Count(Sizes[kind]));
        reader.Take(array.Length * Sizes[kind]).CopyTo(BytesOf(array, kind));
        return array;
    }

    private static Span<byte> BytesOf(Array array, int kind)
        => MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(array), array.Length * Sizes[kind]);
}
