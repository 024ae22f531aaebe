using System.Collections.Immutable;

namespace ActorEtcd.V2;

/// <summary>A key or a directory of the v2 store (etcd: <c>v2store/node.go</c>). Immutable: a change is a new tree that shares the rest.</summary>
/// <param name="Path">Absolute and clean.</param>
/// <param name="CreatedIndex">The store's index when it was made.</param>
/// <param name="ModifiedIndex">The index of its last change; that of a directory changes only with the directory itself.</param>
/// <param name="ExpiresAt">Unix nanoseconds after which it goes; 0 for never.</param>
/// <param name="Value">Empty for a directory.</param>
/// <param name="Children">By name, in order of bytes; null for a key.</param>
public sealed record V2Node(
    string Path,
    ulong CreatedIndex,
    ulong ModifiedIndex,
    long ExpiresAt,
    string Value,
    ImmutableSortedDictionary<string, V2Node>? Children)
{
    public const long Never = 0;

    private const long NanosecondsPerSecond = 1_000_000_000;

    private static readonly ImmutableSortedDictionary<string, V2Node> NoChildren =
        ImmutableSortedDictionary.Create<string, V2Node>(Utf8Order.Instance);

    public bool IsDirectory => Children is not null;

    public bool IsHidden => V2Path.NameOf(Path).StartsWith('_');

    public static V2Node Key(string path, ulong index, long expiresAt, string value)
        => new(path, index, index, expiresAt, value, Children: null);

    public static V2Node Directory(string path, ulong index, long expiresAt)
        => new(path, index, index, expiresAt, string.Empty, NoChildren);

    /// <summary>The tree with another node, or none, at the end of the way. All directories on the way must exist.</summary>
    public V2Node With(ReadOnlySpan<string> names, V2Node? node)
    {
        var children = Children ?? throw new InvalidOperationException($"{Path} is no directory");
        if (names.Length == 1)
        {
            return this with { Children = node is null ? children.Remove(names[0]) : children.SetItem(names[0], node) };
        }

        return this with { Children = children.SetItem(names[0], children[names[0]].With(names[1..], node)) };
    }

    /// <summary>This node and all below it, children first.</summary>
    public IEnumerable<V2Node> ChildrenFirst()
    {
        var open = new Stack<(V2Node Node, bool IsSeen)>([(this, false)]);
        while (open.TryPop(out var next))
        {
            if (next.IsSeen || next.Node.Children is null)
            {
                yield return next.Node;
                continue;
            }

            open.Push((next.Node, true));
            foreach (var child in next.Node.Children.Values)
            {
                open.Push((child, false));
            }
        }
    }

    /// <summary>This node and all below it, each directory before what is in it, in order of their names.</summary>
    public IEnumerable<V2Node> ParentsFirst()
    {
        var open = new Stack<V2Node>([this]);
        while (open.TryPop(out var next))
        {
            yield return next;
            if (next.Children is null)
            {
                continue;
            }

            foreach (var child in next.Children.Values.Reverse())
            {
                open.Push(child);
            }
        }
    }

    /// <summary>The node as answers show it.</summary>
    /// <param name="depth">Whether a directory shows its children, and they theirs. Hidden ones are never shown.</param>
    /// <param name="now">Unix nanoseconds, from which the time to live is counted.</param>
    public V2NodeView View(V2Depth depth, long now)
    {
        var children = Children is not null && depth != V2Depth.Node
            ? [.. Children.Values.Where(static child => !child.IsHidden).Select(child => child.View(depth == V2Depth.Children ? V2Depth.Node : depth, now))]
            : ImmutableArray<V2NodeView>.Empty;
        return new V2NodeView(Path, IsDirectory ? null : Value, ModifiedIndex, CreatedIndex)
        {
            IsDirectory = IsDirectory,
            ExpiresAt = ExpiresAt,
            TtlSeconds = TtlSeconds(ExpiresAt, now),
            Nodes = children,
        };
    }

    /// <summary>Whole seconds until then, begun ones counted; 0 for never.</summary>
    public static long TtlSeconds(long expiresAt, long now)
    {
        if (expiresAt == Never)
        {
            return 0;
        }

        var nanoseconds = (long)Int128.Clamp((Int128)expiresAt - now, long.MinValue, long.MaxValue);
        return (nanoseconds / NanosecondsPerSecond) + (nanoseconds % NanosecondsPerSecond > 0 ? 1 : 0);
    }
}
