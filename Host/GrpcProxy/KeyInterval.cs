using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>Keys as requests name them: one key, those up to an end, or, where the end is a zero byte, all from the key on.</summary>
internal readonly record struct KeyInterval(ByteString Key, ByteString End)
{
    private static readonly ByteString Zero = ByteString.CopyFrom(0);
    private static readonly Comparer<ByteString> Order = Comparer<ByteString>.Create(Compare);

    public bool IsPoint => End.IsEmpty;

    /// <summary>A range in which no key can be.</summary>
    public bool IsEmpty => !IsPoint && !IsOpen && Compare(End, Key) <= 0;

    private bool IsOpen => End.Length == 1 && End[0] == 0;

    /// <summary>The least range that has all of them in it; there is one at least.</summary>
    public static KeyInterval Covering(IReadOnlyCollection<KeyInterval> all)
    {
        var first = all.MinBy(static keys => keys.Key, Order).Key;
        var ends = all.Select(static keys => keys.IsPoint ? Behind(keys.Key) : keys.End).ToArray();
        return new KeyInterval(first, all.Any(static keys => keys.IsOpen) ? Zero : ends.Max(Order)!);
    }

    public bool Contains(ByteString key) => IsPoint
        ? key.Equals(Key)
        : Compare(Key, key) <= 0 && (IsOpen || Compare(key, End) < 0);

    public bool Overlaps(KeyInterval other)
        => IsPoint ? other.Contains(Key)
            : other.IsPoint ? Contains(other.Key)
            : (IsOpen || Compare(other.Key, End) < 0) && (other.IsOpen || Compare(Key, other.End) < 0);

    private static ByteString Behind(ByteString key) => ByteString.CopyFrom([.. key.Span, 0]);

    private static int Compare(ByteString a, ByteString b) => a.Span.SequenceCompareTo(b.Span);
}
