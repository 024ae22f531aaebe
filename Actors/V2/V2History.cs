using System.Collections.Immutable;

namespace ActorEtcd.V2;

/// <summary>
/// The newest events, for watchers that ask for what was (etcd: <c>v2store/event_history.go</c>). Immutable. Every index
/// has exactly one event.
/// </summary>
public sealed record V2History(ImmutableList<V2Event> Events)
{
    public const int EventsMax = 1000;

    /// <summary>
    /// A thousand events have two thousand values, each as large as a request may be. Beyond this the oldest are forgotten
    /// although they are fewer.
    /// </summary>
    public const long BytesMax = 128L * 1024 * 1024;

    private const int EventBytes = 256;

    public static readonly V2History Empty = new(ImmutableList<V2Event>.Empty);

    /// <summary>What the events take in memory at most; they share much with each other and with the tree.</summary>
    public long Bytes { get; init; } = Events.Sum(SizeOf);

    /// <summary>The index of the oldest event; 0 without any.</summary>
    public ulong First => Events.IsEmpty ? 0 : Events[0].Node.ModifiedIndex;

    public ulong Last => Events.IsEmpty ? 0 : Events[^1].Node.ModifiedIndex;

    public V2History With(V2Event added)
    {
        Invariant.Check(
            Events.IsEmpty || added.Node.ModifiedIndex == Last + 1, $"event {added.Node.ModifiedIndex} after event {Last}");
        var (events, bytes) = (Events.Add(added), Bytes + SizeOf(added));
        while (events.Count > EventsMax || (bytes > BytesMax && events.Count > 1))
        {
            bytes -= SizeOf(events[0]);
            events = events.RemoveAt(0);
        }

        return this with { Events = events, Bytes = bytes };
    }

    /// <summary>The first event from the index on that concerns a watcher of the path, or null when there is none yet.</summary>
    /// <returns>An error when events from the index on are forgotten already.</returns>
    public (V2Event? Event, V2Error? Error) Find(string path, bool isRecursive, ulong from, ulong storeIndex)
    {
        if (from < First)
        {
            return (null, new V2Error(V2ErrorCode.EventIndexCleared, $"the requested history has been cleared [{First}/{from}]", storeIndex));
        }

        for (var i = from > Last || Events.IsEmpty ? Events.Count : (int)(from - First); i < Events.Count; i++)
        {
            if (Concerns(Events[i], path, isRecursive))
            {
                return (Events[i] with { StoreIndex = storeIndex }, null);
            }
        }

        return (null, null);
    }

    private static long SizeOf(V2Event happened) => EventBytes + SizeOf(happened.Node) + SizeOf(happened.PrevNode);

    private static long SizeOf(V2NodeView? node)
        => node is null ? 0 : ((long)node.Key.Length + (node.Value?.Length ?? 0)) * sizeof(char);

    // Hidden nodes are hidden from watchers that wait, not from those that ask for what was; etcd has it so.
    private static bool Concerns(V2Event happened, string path, bool isRecursive)
    {
        if (happened.IsRefresh)
        {
            return false;
        }

        var key = happened.Node.Key;
        if (key == path || (isRecursive && key.StartsWith(path.EndsWith('/') ? path : path + "/", StringComparison.Ordinal)))
        {
            return true;
        }

        return happened is { Action: V2Action.Delete or V2Action.Expire, PrevNode: { IsDirectory: true } gone }
            && path.StartsWith(gone.Key, StringComparison.Ordinal);
    }
}
