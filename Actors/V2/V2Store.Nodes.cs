using System.Collections.Immutable;
using ActorEtcd.Messages;

namespace ActorEtcd.V2;

/// <content>The changes of the tree. Each takes the index one further and leaves one event in the history.</content>
public sealed partial class V2Store
{
    /// <summary>Puts a new node in place, with the directories on the way to it. A key that is there gives way to a set.</summary>
    private (V2Event? Event, V2Error? Error) Add(V2Request request, string path, string value, V2Action action)
    {
        var (index, next) = (_state.Index, _state.Index + 1);
        if (IsReadOnly(path))
        {
            return (null, new V2Error(V2ErrorCode.RootReadOnly, "/", index));
        }

        var names = V2Path.NamesOf(path);
        if (FileOnTheWay(names) is { } file)
        {
            // Counted as a failed set whatever it was, as in etcd.
            Counters.Count(V2Action.Set, isSuccess: false);
            return (null, new V2Error(V2ErrorCode.NotDirectory, file, index));
        }

        var (old, _) = _state.Find(path);
        if (old is not null && (action == V2Action.Create || old.IsDirectory))
        {
            var code = action == V2Action.Create ? V2ErrorCode.NodeExists : V2ErrorCode.NotFile;
            return (null, new V2Error(code, path, index));
        }

        var expiresAt = request.ExpiresAt < ExpiresAtMin ? V2Node.Never : request.ExpiresAt;
        var node = request.IsDirectory ? V2Node.Directory(path, next, expiresAt) : V2Node.Key(path, next, expiresAt, value);
        var sum = (old is null ? _state.Sum : _state.Sum.Without(old)).With(node);
        _state = _state with
        {
            Root = WithDirectories(names, next, ref sum).With(names, node),
            Index = next,
            Sum = sum,
            Expiries = With(old is null ? _state.Expiries : Without(_state.Expiries, old), node),
        };
        return (new V2Event(action, node.View(V2Depth.Node, request.Time), null, next), null);
    }

    /// <summary>Gives a node another value and time to live. A directory has no value, and so is not modified.</summary>
    private (V2Event? Event, V2Error? Error) Write(V2Action action, V2Node node, V2Request request)
    {
        var next = _state.Index + 1;
        var isRefresh = request.Refresh == true;
        var written = node.IsDirectory
            ? node with { ExpiresAt = request.ExpiresAt }
            : node with
            {
                Value = isRefresh ? node.Value : request.Value,
                ModifiedIndex = next,
                ExpiresAt = request.ExpiresAt,
            };
        _state = _state with
        {
            Root = _state.Root.With(V2Path.NamesOf(node.Path), written),
            Index = next,
            Sum = _state.Sum.Without(node).With(written),
            Expiries = With(Without(_state.Expiries, node), written),
        };
        var view = written.View(V2Depth.Node, request.Time) with { ModifiedIndex = next };
        return Announce(
            new V2Event(action, view, node.View(V2Depth.Node, request.Time), next) { IsRefresh = isRefresh }, []);
    }

    /// <summary>Removes a node and all below it.</summary>
    private (V2Event? Event, V2Error? Error) Remove(V2Action action, V2Node node, long now)
    {
        var next = _state.Index + 1;
        var expiries = _state.Expiries.ToBuilder();
        var removed = ImmutableArray.CreateBuilder<string>();
        var sum = _state.Sum;
        foreach (var gone in node.ChildrenFirst())
        {
            sum = sum.Without(gone);
            removed.Add(gone.Path);
            expiries.Remove(new V2Expiry(gone.ExpiresAt, gone.Path));
        }

        _state = _state with
        {
            Root = _state.Root.With(V2Path.NamesOf(node.Path), null),
            Index = next,
            Sum = sum,
            Expiries = expiries.ToImmutable(),
        };
        var view = new V2NodeView(node.Path, null, next, node.CreatedIndex) { IsDirectory = node.IsDirectory };
        return Announce(new V2Event(action, view, node.View(V2Depth.Node, now), next), removed.DrainToImmutable());
    }

    private (V2Event? Event, V2Error? Error) Announce(V2Event happened, ImmutableArray<string> removed)
    {
        _state = _state with { History = _state.History.With(happened) };
        if (!happened.IsRefresh)
        {
            _notices.Add(new V2Notice(happened, removed));
        }

        return (happened, null);
    }

    private string? FileOnTheWay(string[] names)
    {
        var node = _state.Root;
        foreach (var name in names.AsSpan(0, names.Length - 1))
        {
            if (!node.Children!.TryGetValue(name, out var child))
            {
                return null;
            }

            if (!child.IsDirectory)
            {
                return child.Path;
            }

            node = child;
        }

        return null;
    }

    private V2Node WithDirectories(string[] names, ulong index, ref V2Sum sum)
    {
        var node = _state.Root;
        var depth = 0;
        while (depth < names.Length - 1 && node.Children!.TryGetValue(names[depth], out var child))
        {
            node = child;
            depth++;
        }

        var root = _state.Root;
        for (; depth < names.Length - 1; depth++)
        {
            var path = "/" + string.Join('/', names[..(depth + 1)]);
            var directory = V2Node.Directory(path, index, V2Node.Never);
            root = root.With(names.AsSpan(0, depth + 1), directory);
            sum = sum.With(directory);
        }

        return root;
    }

    private static ImmutableSortedSet<V2Expiry> With(ImmutableSortedSet<V2Expiry> expiries, V2Node node)
        => node.ExpiresAt == V2Node.Never ? expiries : expiries.Add(new V2Expiry(node.ExpiresAt, node.Path));

    private static ImmutableSortedSet<V2Expiry> Without(ImmutableSortedSet<V2Expiry> expiries, V2Node node)
        => node.ExpiresAt == V2Node.Never ? expiries : expiries.Remove(new V2Expiry(node.ExpiresAt, node.Path));
}
