using System.Collections.Immutable;

namespace ActorEtcd.V2;

/// <summary>The whole v2 store at one index. Immutable: any thread may read it, and a checkpoint costs nothing to hold.</summary>
/// <param name="Root">The directory "/".</param>
/// <param name="Index">The index of the last change.</param>
/// <param name="History">The newest events.</param>
/// <param name="Expiries">All nodes with a time to live.</param>
public sealed record V2State(V2Node Root, ulong Index, V2History History, ImmutableSortedSet<V2Expiry> Expiries)
{
    /// <summary>What every cluster begins with.</summary>
    public static readonly V2State Initial = new(
        V2Node.Directory("/", 0, V2Node.Never)
            .With([V2Path.Cluster[1..]], V2Node.Directory(V2Path.Cluster, 0, V2Node.Never))
            .With([V2Path.Keys[1..]], V2Node.Directory(V2Path.Keys, 0, V2Node.Never)),
        0,
        V2History.Empty,
        []);

    /// <summary>What all nodes come to.</summary>
    public V2Sum Sum { get; init; } = V2Sum.Of(Root);

    /// <summary>What was asked of the store so far, as a checkpoint holds it; by place as in <see cref="V2Counters"/>.</summary>
    public ImmutableArray<long> Counts { get; init; } = [];

    /// <summary>A node, or why there is none.</summary>
    public (V2Node? Node, V2Error? Error) Find(string path)
    {
        var node = Root;
        foreach (var name in V2Path.NamesOf(path))
        {
            if (node.Children is null)
            {
                return (null, new V2Error(V2ErrorCode.NotDirectory, node.Path, Index));
            }

            if (!node.Children.TryGetValue(name, out var child))
            {
                return (null, new V2Error(V2ErrorCode.KeyNotFound, V2Path.Join(node.Path, name), Index));
            }

            node = child;
        }

        return (node, null);
    }

    /// <summary>What a GET answers. Children come in order of their names, sorted or not.</summary>
    public (V2Event? Event, V2Error? Error) Get(string path, bool isRecursive, long now)
    {
        var (node, error) = Find(path);
        return node is null
            ? (null, error)
            : (new V2Event(V2Action.Get, node.View(isRecursive ? V2Depth.All : V2Depth.Children, now), null, Index), null);
    }
}
