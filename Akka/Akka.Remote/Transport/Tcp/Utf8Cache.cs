using System.Buffers.Binary;

namespace Akka.Remote.Transport.Tcp;

/// <summary>
/// Remembers what the byte strings of one connection stand for. A fixed number of slots, a newer entry replaces an
/// older one in its slot. Used by one thread at a time.
/// </summary>
internal sealed class Utf8Cache<T>
    where T : class
{
    private readonly (byte[] Key, T Value)[] _slots;

    public Utf8Cache(int slotsPowerOfTwo)
    {
        _slots = new (byte[], T)[slotsPowerOfTwo];
    }

    public bool TryGet(ReadOnlySpan<byte> key, out T value)
    {
        ref var slot = ref _slots[Index(key)];
        value = slot.Value;
        return slot.Key is not null && key.SequenceEqual(slot.Key);
    }

    public void Put(ReadOnlySpan<byte> key, T value) => _slots[Index(key)] = (key.ToArray(), value);

    private int Index(ReadOnlySpan<byte> key)
    {
        var hash = (ulong)key.Length;
        while (key.Length >= 8)
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key)) * 0x9E3779B97F4A7C15UL;
            key = key[8..];
        }

        foreach (var b in key)
        {
            hash = (hash ^ b) * 0x9E3779B97F4A7C15UL;
        }

        return (int)((hash >> 32) & (ulong)(_slots.Length - 1));
    }
}
