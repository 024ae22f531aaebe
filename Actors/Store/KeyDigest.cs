using System.Buffers.Binary;

namespace ActorEtcd.Store;

/// <summary>
/// Eight bytes of a key, after those that all keys of a tree node have in common, as a number: most comparisons in a
/// node are decided by it, without looking up the keys themselves.
/// </summary>
internal static class KeyDigest
{
    /// <summary>Ordered like the keys behind the common part; equal digests say nothing.</summary>
    public static ulong Of(ReadOnlySpan<byte> key, int skip)
    {
        var rest = skip < key.Length ? key[skip..] : default;
        if (rest.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(rest);
        }

        var digest = 0UL;
        for (var index = 0; index < rest.Length; index++)
        {
            digest |= (ulong)rest[index] << (56 - (8 * index));
        }

        return digest;
    }

    /// <summary>Where the key stands to all keys that begin with the common part: before, after, or (0) among them.</summary>
    public static int Place(ReadOnlySpan<byte> key, ReadOnlySpan<byte> common)
    {
        var start = key.Length > common.Length ? key[..common.Length] : key;
        return start.SequenceCompareTo(common);
    }
}
