using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ActorEtcd.Apply;

/// <summary>
/// A hash by which members find that their replicated states differ. Members of other versions compare with it, so it stays as it
/// is: another one needs a field of its own in <see cref="Alarms.SumTold"/>.
/// </summary>
internal static class StateHash
{
    private const ulong Factor = 0x9E37_79B9_7F4A_7C15;
    private const char NoText = '\uFFFD';

    public static ulong Mix(ulong hash, ulong word)
    {
        var mixed = (hash ^ word) * Factor;
        return mixed ^ (mixed >> 29);
    }

    /// <remarks>
    /// What stands for bytes that are no UTF-8 does not count: how many such characters come of how many bytes differs between Go,
    /// which wrote a member's imported state, and .NET, which read the same from the log of another.
    /// </remarks>
    public static ulong Mix(ulong hash, string text)
    {
        if (text.Contains(NoText, StringComparison.Ordinal))
        {
            text = text.Replace(NoText.ToString(), string.Empty, StringComparison.Ordinal);
        }

        var words = MemoryMarshal.Cast<char, ulong>(text.AsSpan());
        foreach (var word in words)
        {
            hash = Mix(hash, word);
        }

        foreach (var rest in text.AsSpan(words.Length * (sizeof(ulong) / sizeof(char))))
        {
            hash = Mix(hash, rest);
        }

        return Mix(hash, (ulong)text.Length);
    }

    public static ulong Mix(ulong hash, ReadOnlySpan<byte> bytes)
    {
        var length = (ulong)bytes.Length;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var rest in bytes)
        {
            hash = Mix(hash, rest);
        }

        return Mix(hash, length);
    }
}
