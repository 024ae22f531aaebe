using System.Collections.Immutable;

namespace ActorEtcd.V2;

/// <summary>A node as answers and events show it (etcd: <c>v2store.NodeExtern</c>).</summary>
public sealed record V2NodeView(string Key, string? Value, ulong ModifiedIndex, ulong CreatedIndex)
{
    public bool IsDirectory { get; init; }

    /// <summary>Unix nanoseconds; 0 for never.</summary>
    public long ExpiresAt { get; init; }

    public long TtlSeconds { get; init; }

    public ImmutableArray<V2NodeView> Nodes { get; init; } = [];
}
