using System.Collections.Immutable;
using ActorEtcd.Wire;

namespace ActorEtcd.V2;

/// <summary>
/// The protobuf wire form of <see cref="V2State"/> in a checkpoint: 1 index; 2 node, a directory before what is in it
/// {1 path, 2 created index, 3 modified index, 4 expires at, 5 value, 6 directory}; 3 event {1 action, 2 node, 3 previous
/// node, 4 refresh; nodes as before, and 7 time to live}; 4 count.
/// </summary>
public static class V2StateCodec
{
    /// <summary>
    /// What the events of a checkpoint may take: a thousand of them have two thousand values, each as large as a request may be,
    /// and a checkpoint has to reach other members. Who asks for an older one hears that it is forgotten.
    /// </summary>
    public const int EventBytesMax = 16 * 1024 * 1024;

    public static byte[] Encode(V2State state)
    {
        // Parents first: the other way round than they are walked.
        var nodes = state.Root.ChildrenFirst().Reverse().ToArray();
        var events = Newest(state.History.Events);
        var bytes = new byte[
            ProtoSize.UInt64(1, state.Index)
            + nodes.Sum(static node => ProtoSize.Message(2, Size(node)))
            + events.Sum(static happened => ProtoSize.Message(3, Size(happened)))
            + state.Counts.Sum(static count => ProtoSize.Message(4, ProtoSize.Int64(1, count)))];
        var writer = new ProtoWriter(bytes);
        writer.UInt64(1, state.Index);
        foreach (var node in nodes)
        {
            writer.MessageHeader(2, Size(node));
            Write(ref writer, node);
        }

        foreach (var happened in events)
        {
            writer.MessageHeader(3, Size(happened));
            Write(ref writer, happened);
        }

        foreach (var count in state.Counts)
        {
            writer.MessageHeader(4, ProtoSize.Int64(1, count));
            writer.Int64(1, count);
        }

        Invariant.Check(writer.Position == bytes.Length, $"wrote {writer.Position} bytes of a v2 state of {bytes.Length}");
        return bytes;
    }

    /// <exception cref="MalformedMessageException">The bytes are no v2 state.</exception>
    public static V2State Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        var index = 0UL;
        V2Node? root = null;
        var expiries = ImmutableSortedSet.CreateBuilder<V2Expiry>();
        var events = ImmutableList.CreateBuilder<V2Event>();
        var counts = ImmutableArray.CreateBuilder<long>();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: index = reader.UInt64(); break;
                case 2: root = Place(root, ReadNode(reader.Bytes()), expiries); break;
                case 3: events.Add(ReadEvent(reader.Bytes())); break;
                case 4: counts.Add(ReadCount(reader.Bytes())); break;
                default: reader.Skip(); break;
            }
        }

        return new V2State(
            root ?? throw new MalformedMessageException("a v2 state without a root"),
            index,
            new V2History(events.ToImmutable()),
            expiries.ToImmutable())
        {
            Counts = counts.DrainToImmutable(),
        };
    }

    // One is always left, so that what came before it is known to be forgotten and not to have never been.
    private static V2Event[] Newest(ImmutableList<V2Event> events)
    {
        var first = events.Count;
        for (var bytes = 0L; first > 0; first--)
        {
            bytes += Size(events[first - 1]);
            if (bytes > EventBytesMax && first < events.Count)
            {
                break;
            }
        }

        return [.. events.Skip(first)];
    }

    private static V2Node Place(V2Node? root, V2Node node, ImmutableSortedSet<V2Expiry>.Builder expiries)
    {
        if (node.ExpiresAt != V2Node.Never)
        {
            expiries.Add(new V2Expiry(node.ExpiresAt, node.Path));
        }

        var names = V2Path.NamesOf(node.Path);
        if (names.Length == 0)
        {
            return node;
        }

        try
        {
            return root is null
                ? throw new MalformedMessageException($"{node.Path} comes before the root")
                : root.With(names, node);
        }
        catch (Exception missing) when (missing is KeyNotFoundException or InvalidOperationException)
        {
            throw new MalformedMessageException($"{node.Path} comes before the directory that it is in");
        }
    }

    private static int Size(V2Node node)
        => ProtoSize.String(1, node.Path)
            + ProtoSize.UInt64(2, node.CreatedIndex)
            + ProtoSize.UInt64(3, node.ModifiedIndex)
            + ProtoSize.Int64(4, node.ExpiresAt)
            + ProtoSize.String(5, node.Value)
            + ProtoSize.Bool(6, node.IsDirectory);

    private static void Write(ref ProtoWriter writer, V2Node node)
    {
        writer.String(1, node.Path);
        writer.UInt64(2, node.CreatedIndex);
        writer.UInt64(3, node.ModifiedIndex);
        writer.Int64(4, node.ExpiresAt);
        writer.String(5, node.Value);
        writer.Bool(6, node.IsDirectory);
    }

    private static int Size(V2Event happened)
        => ProtoSize.Int64(1, (long)happened.Action)
            + ProtoSize.Message(2, Size(happened.Node))
            + (happened.PrevNode is { } before ? ProtoSize.Message(3, Size(before)) : 0)
            + ProtoSize.Bool(4, happened.IsRefresh);

    private static void Write(ref ProtoWriter writer, V2Event happened)
    {
        writer.Int64(1, (long)happened.Action);
        writer.MessageHeader(2, Size(happened.Node));
        Write(ref writer, happened.Node);
        if (happened.PrevNode is { } before)
        {
            writer.MessageHeader(3, Size(before));
            Write(ref writer, before);
        }

        writer.Bool(4, happened.IsRefresh);
    }

    // An event's node has no children. Without a value it may still be a key that is gone.
    private static int Size(V2NodeView node)
        => ProtoSize.String(1, node.Key)
            + ProtoSize.UInt64(2, node.CreatedIndex)
            + ProtoSize.UInt64(3, node.ModifiedIndex)
            + ProtoSize.Int64(4, node.ExpiresAt)
            + (node.Value is { } value ? ProtoSize.Message(5, System.Text.Encoding.UTF8.GetByteCount(value)) : 0)
            + ProtoSize.Bool(6, node.IsDirectory)
            + ProtoSize.Int64(7, node.TtlSeconds);

    private static void Write(ref ProtoWriter writer, V2NodeView node)
    {
        writer.String(1, node.Key);
        writer.UInt64(2, node.CreatedIndex);
        writer.UInt64(3, node.ModifiedIndex);
        writer.Int64(4, node.ExpiresAt);
        if (node.Value is { } value)
        {
            writer.Message(5, System.Text.Encoding.UTF8.GetBytes(value));
        }

        writer.Bool(6, node.IsDirectory);
        writer.Int64(7, node.TtlSeconds);
    }

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
