using System.Collections.Immutable;
using ActorEtcd.Wire;

namespace ActorEtcd.V2;

/// <summary>Reads what <see cref="V2StateCodec"/> writes, in one part or many.</summary>
internal sealed class V2StateReader
{
    private readonly ImmutableSortedSet<V2Expiry>.Builder _expiries = ImmutableSortedSet.CreateBuilder<V2Expiry>();
    private readonly ImmutableList<V2Event>.Builder _events = ImmutableList.CreateBuilder<V2Event>();
    private readonly ImmutableArray<long>.Builder _counts = ImmutableArray.CreateBuilder<long>();

    /// <summary>The directory that was read last, below all that it is in, with what is known to be in each.</summary>
    private readonly Stack<(V2Node Directory, List<KeyValuePair<string, V2Node>> Children)> _open = new();

    private ulong _index;

    /// <exception cref="MalformedMessageException">The bytes are no part of a v2 state, or not the next one.</exception>
    public void Read(ReadOnlyMemory<byte> part)
    {
        var reader = new ProtoReader(part);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: _index = reader.UInt64(); break;
                case 2: Place(ReadNode(reader.Bytes())); break;
                case 3: _events.Add(ReadEvent(reader.Bytes())); break;
                case 4: _counts.Add(ReadCount(reader.Bytes())); break;
                default: reader.Skip(); break;
            }
        }
    }

    /// <exception cref="MalformedMessageException">A part is missing.</exception>
    public V2State Complete()
    {
        while (_open.Count > 1)
        {
            CloseLast();
        }

        if (!_open.TryPop(out var root))
        {
            throw new MalformedMessageException("a v2 state without a root");
        }

        return new V2State(Whole(root.Directory, root.Children), _index, new V2History(_events.ToImmutable()), _expiries.ToImmutable())
        {
            Counts = _counts.DrainToImmutable(),
        };
    }

    private static V2Node Whole(V2Node directory, List<KeyValuePair<string, V2Node>> children)
    {
        try
        {
            return directory with { Children = directory.Children!.AddRange(children) };
        }
        catch (ArgumentException)
        {
            throw new MalformedMessageException($"two nodes of one name in {directory.Path}");
        }
    }

    private void Place(V2Node node)
    {
        if (node.ExpiresAt != V2Node.Never)
        {
            _expiries.Add(new V2Expiry(node.ExpiresAt, node.Path));
        }

        if (_open.Count == 0 && (node.Path != "/" || !node.IsDirectory))
        {
            throw new MalformedMessageException($"{node.Path} comes before the root");
        }

        if (_open.Count > 0)
        {
            CloseAllBut(V2Path.ParentOf(node.Path), node.Path);
        }

        if (node.IsDirectory)
        {
            _open.Push((node, []));
        }
        else
        {
            AddToLast(node);
        }
    }

    private void CloseAllBut(string parent, string path)
    {
        while (_open.Count > 1 && _open.Peek().Directory.Path != parent)
        {
            CloseLast();
        }

        if (_open.Peek().Directory.Path != parent || V2Path.NameOf(path).Length == 0)
        {
            throw new MalformedMessageException($"{path} comes before the directory that it is in");
        }
    }

    private void CloseLast()
    {
        var (directory, children) = _open.Pop();
        AddToLast(Whole(directory, children));
    }

    private void AddToLast(V2Node node) => _open.Peek().Children.Add(KeyValuePair.Create(V2Path.NameOf(node.Path), node));

    private static V2Node ReadNode(ReadOnlyMemory<byte> bytes)
    {
        var view = ReadView(bytes);
        var node = view.IsDirectory
            ? V2Node.Directory(view.Key, view.CreatedIndex, view.ExpiresAt)
            : V2Node.Key(view.Key, view.CreatedIndex, view.ExpiresAt, view.Value ?? string.Empty);
        return node with { ModifiedIndex = view.ModifiedIndex };
    }

    private static V2Event ReadEvent(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var action = V2Action.Get;
        var isRefresh = false;
        V2NodeView? node = null;
        V2NodeView? before = null;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: action = (V2Action)reader.Int32(); break;
                case 2: node = ReadView(reader.Bytes()); break;
                case 3: before = ReadView(reader.Bytes()); break;
                case 4: isRefresh = reader.Bool(); break;
                default: reader.Skip(); break;
            }
        }

        return node is null
            ? throw new MalformedMessageException("an event of the v2 store without a node")
            : new V2Event(action, node, before, node.ModifiedIndex) { IsRefresh = isRefresh };
    }

    private static V2NodeView ReadView(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var view = new V2NodeView(string.Empty, null, 0, 0);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: view = view with { Key = reader.String() }; break;
                case 2: view = view with { CreatedIndex = reader.UInt64() }; break;
                case 3: view = view with { ModifiedIndex = reader.UInt64() }; break;
                case 4: view = view with { ExpiresAt = reader.Int64() }; break;
                case 5: view = view with { Value = reader.String() }; break;
                case 6: view = view with { IsDirectory = reader.Bool() }; break;
                case 7: view = view with { TtlSeconds = reader.Int64() }; break;
                default: reader.Skip(); break;
            }
        }

        return view;
    }

    private static long ReadCount(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        long count = 0;
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                count = reader.Int64();
            }
            else
            {
                reader.Skip();
            }
        }

        return count;
    }
}
