using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>Ranges of keys as requests have them.</summary>
internal static class KeyRange
{
    /// <summary>As a key: the first that there can be. As a range's end: no end.</summary>
    public static readonly ByteString Zero = ByteString.CopyFrom(0);

    /// <summary>The first key behind all that begin with <paramref name="prefix"/>.</summary>
    public static ByteString PrefixEnd(ByteString prefix)
    {
        byte[] end = prefix.ToByteArray();
        for (int i = end.Length - 1; i >= 0; i--)
        {
            if (end[i] < 0xff)
            {
                end[i]++;
                return ByteString.CopyFrom(end, 0, i + 1);
            }
        }

        return Zero;
    }

    /// <summary>Key and end for a key that stands for one key, a prefix, or all keys from it on.</summary>
    public static (ByteString Key, ByteString End) Of(string text, bool isPrefix, bool isFrom)
    {
        var key = ByteString.CopyFromUtf8(text);
        if (!isPrefix && !isFrom)
        {
            return (key, ByteString.Empty);
        }

        return key.IsEmpty ? (Zero, Zero) : (key, isPrefix ? PrefixEnd(key) : Zero);
    }
}
