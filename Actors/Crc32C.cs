using System.Numerics;
using System.Runtime.InteropServices;

namespace ActorEtcd;

/// <summary>
/// CRC-32C (Castagnoli), the checksum of every file that this program writes, of records and of etcd's HashKV; in hardware
/// where there is one. Zeros have a checksum other than zero, so blank space never looks valid.
/// </summary>
public static class Crc32C
{
    /// <summary>The checksum of the bytes that gave <paramref name="crc"/> (0 for none) followed by these.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var state = ~crc;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            state = BitOperations.Crc32C(state, word);
        }

        foreach (var value in bytes[(words.Length * sizeof(ulong))..])
        {
            state = BitOperations.Crc32C(state, value);
        }

        return ~state;
    }

    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);
}
