namespace ActorEtcd.Watch;

/// <summary>
/// A run of keys: one key when <paramref name="End"/> is empty, everything from <paramref name="Start"/> when it is
/// the single byte 0, otherwise the half-open interval (etcd's <c>range_end</c> rules).
/// </summary>
public readonly record struct WatchRange(Bytes Start, Bytes End)
{
    public bool IsSingleKey => End.IsEmpty;

    public bool IsOpenEnded => End.Length == 1 && End.Span[0] == 0;

    public bool IsEmpty => !IsSingleKey && !IsOpenEnded && Start >= End;

    public bool Contains(ReadOnlySpan<byte> key)
        => IsSingleKey
            ? key.SequenceEqual(Start.Span)
            : key.SequenceCompareTo(Start.Span) >= 0 && (IsOpenEnded || key.SequenceCompareTo(End.Span) < 0);
}
