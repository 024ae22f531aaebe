namespace ActorEtcd.Store;

/// <summary>
/// etcd's ranges: an empty end means the one key, an end of one zero byte means all keys from the first on,
/// otherwise the end is excluded.
/// </summary>
public readonly ref struct KeyRange
{
    private readonly Bytes _start;

    public KeyRange(Bytes start, Bytes end)
    {
        _start = start;
        Start = start.Span;
        End = end.Span;
        IsSingle = End.IsEmpty;
        IsUnbounded = End.Length == 1 && End[0] == 0;
    }

    /// <summary>Every key.</summary>
    public static KeyRange All => new(new byte[1], new byte[1]);

    public ReadOnlySpan<byte> Start { get; }

    public ReadOnlySpan<byte> End { get; }

    public bool IsSingle { get; }

    public bool IsUnbounded { get; }

    /// <summary>Whether no key can be in it.</summary>
    public bool IsEmpty => !IsSingle && !IsUnbounded && Start.SequenceCompareTo(End) >= 0;

    internal Bytes SingleKey => _start;

    public bool Contains(ReadOnlySpan<byte> key) => IsSingle
        ? key.SequenceEqual(Start)
        : key.SequenceCompareTo(Start) >= 0 && (IsUnbounded || key.SequenceCompareTo(End) < 0);
}
