using ActorEtcd.Store;

namespace ActorEtcd.Watch;

/// <summary>A <see cref="KeyRange"/> that a watcher can keep.</summary>
public readonly record struct WatchRange(Bytes Start, Bytes End)
{
    public bool IsSingleKey => Keys.IsSingle;

    public bool IsOpenEnded => Keys.IsUnbounded;

    public bool IsEmpty => Keys.IsEmpty;

    // Not public: the text of a record names every public property, and one of this kind cannot be put into words.
    private KeyRange Keys => new(Start, End);

    public bool Contains(ReadOnlySpan<byte> key) => Keys.Contains(key);
}
