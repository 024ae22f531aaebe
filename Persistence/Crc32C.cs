using System.Buffers.Binary;
using System.Numerics;

namespace ActorEtcd.Persistence;

/// <summary>CRC-32C (Castagnoli), the checksum of every file that this program writes; in hardware where there is one.</summary>
public static class Crc32C
{
    /// <summary>The checksum of the bytes. Zeros have a checksum other than zero, so blank space never looks valid.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The checksum of everything summed so far followed by the bytes.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
