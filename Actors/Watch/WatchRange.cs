using ActorEtcd.Store;

namespace ActorEtcd.Watch;

/// <summary>A <see cref="KeyRange"/> that a watcher can keep.</summary>
public readonly record struct WatchRange(Bytes Start, Bytes End)
{
    public KeyRange Keys => new(Start, End);

    public bool IsSingleKey => Keys.IsSingle;

    public bool IsOpenEnded => Keys.IsUnbounded;

    public bool IsEmpty => Keys.IsEmpty;

    public bool Contains(ReadOnlySpan<byte> key) => Keys.Contains(key);
}
