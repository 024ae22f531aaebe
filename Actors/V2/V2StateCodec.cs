using ActorEtcd.Wire;

namespace ActorEtcd.V2;

/// <summary>
/// The protobuf wire form of <see cref="V2State"/> in a checkpoint: 1 index; 2 node, a directory before what is in it
/// {1 path, 2 created index, 3 modified index, 4 expires at, 5 value, 6 directory}; 3 event {1 action, 2 node, 3 previous
/// node, 4 refresh; nodes as before, and 7 time to live}; 4 count. <see cref="V2StateReader"/> reads it.
/// </summary>
public static class V2StateCodec
{
    public static byte[] Encode(V2State state) => Parts(state, int.MaxValue).Single();

    /// <summary>What comes before the parts in a place where one message is expected. It has no root, so it is no state alone.</summary>
    public static byte[] EncodeHead(V2State state)
    {
        var bytes = new byte[ProtoSize.UInt64(1, state.Index)];
        new ProtoWriter(bytes).UInt64(1, state.Index);
        return bytes;
    }

    /// <summary>The state in messages of about so many bytes, or of one node or event; in order they are the state.</summary>
    public static IEnumerable<byte[]> Parts(V2State state, int bytesMax)
    {
        var part = new ProtoBuffer();
        part.Add(ProtoSize.UInt64(1, state.Index), state.Index, static (ref writer, index) => writer.UInt64(1, index));
        foreach (var node in state.Root.ParentsFirst())
        {
            part.AddMessage(2, Size(node), node, Write);
            if (part.Length >= bytesMax)
            {
                yield return part.Take();
            }
        }

        foreach (var happened in state.History.Events)
        {
            part.AddMessage(3, Size(happened), happened, Write);
            if (part.Length >= bytesMax)
            {
                yield return part.Take();
            }
        }

        foreach (var count in state.Counts)
        {
            part.AddMessage(4, ProtoSize.Int64(1, count), count, static (ref writer, count) => writer.Int64(1, count));
        }

        yield return part.Take();
    }

    /// <exception cref="MalformedMessageException">The bytes are no v2 state.</exception>
    public static V2State Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new V2StateReader();
        reader.Read(bytes);
        return reader.Complete();
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
}
