using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ActorEtcd.V2;

namespace ActorEtcd.Persistence.EtcdData;

/// <summary>
/// The v2 store as etcd's snapshot files hold it (etcd: <c>v2store.store.Save</c>): the tree, the newest events in a ring,
/// the index and the statistics. What is not as it should be ends in <see cref="JsonException"/>.
/// </summary>
internal static class EtcdV2Json
{
    private const long NanosecondsPerTick = 100;
    private const string NeverText = "0001-01-01T00:00:00Z";

    private static readonly (V2Action Action, string Name)[] Counted =
    [
        (V2Action.Create, "create"),
        (V2Action.Set, "sets"),
        (V2Action.Update, "update"),
        (V2Action.Delete, "delete"),
        (V2Action.CompareAndSwap, "compareAndSwap"),
        (V2Action.CompareAndDelete, "compareAndDelete"),
    ];

    public static V2State Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var store = document.RootElement;
            var root = NodeOf(store.GetProperty("Root"));
            var expiries = root.ChildrenFirst()
                .Where(static node => node.ExpiresAt != V2Node.Never)
                .Select(static node => new V2Expiry(node.ExpiresAt, node.Path));
            return new V2State(
                root, store.GetProperty("CurrentIndex").GetUInt64(), new V2History(EventsOf(store)), [.. expiries])
            {
                Counts = CountsOf(store),
            };
        }
        catch (Exception wrong) when (wrong is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new JsonException(wrong.Message, wrong);
        }
    }

    /// <summary>Unix nanoseconds of a time as Go writes it, 0 for its zero.</summary>
    internal static long TimeOf(string text)
    {
        if (text == NeverText)
        {
            return V2Node.Never;
        }

        // .NET's times have seven places, Go's nine.
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var end = dot < 0 ? -1 : text.AsSpan(dot + 1).IndexOfAnyExceptInRange('0', '9');
        if (dot < 0 || end < 0)
        {
            return Nanoseconds(text);
        }

        var fraction = text.AsSpan(dot + 1, end).ToString().PadRight(9, '0')[..9];
        return Nanoseconds(text.Remove(dot, end + 1)) + long.Parse(fraction, CultureInfo.InvariantCulture);
    }

    private static long Nanoseconds(string wholeSeconds)
        => (DateTimeOffset.Parse(wholeSeconds, CultureInfo.InvariantCulture) - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick;

    private static V2Node NodeOf(JsonElement json)
    {
        var path = json.GetProperty("Path").GetString()!;
        var created = json.GetProperty("CreatedIndex").GetUInt64();
        var expiresAt = TimeOf(json.GetProperty("ExpireTime").GetString()!);
        if (json.GetProperty("Children") is not { ValueKind: JsonValueKind.Object } children)
        {
            return V2Node.Key(path, created, expiresAt, json.GetProperty("Value").GetString() ?? string.Empty) with
            {
                ModifiedIndex = json.GetProperty("ModifiedIndex").GetUInt64(),
            };
        }

        var directory = V2Node.Directory(path, created, expiresAt);
        return directory with
        {
            ModifiedIndex = json.GetProperty("ModifiedIndex").GetUInt64(),
            Children = directory.Children!.AddRange(
                children.EnumerateObject().Select(static child => KeyValuePair.Create(child.Name, NodeOf(child.Value)))),
        };
    }

    private static ImmutableList<V2Event> EventsOf(JsonElement store)
    {
        var queue = store.GetProperty("WatcherHub").GetProperty("EventHistory").GetProperty("Queue");
        var ring = queue.GetProperty("Events");
        var front = queue.GetProperty("Front").GetInt32();
        var events = ImmutableList.CreateBuilder<V2Event>();
        for (var i = 0; i < queue.GetProperty("Size").GetInt32(); i++)
        {
            events.Add(EventOf(ring[(front + i) % ring.GetArrayLength()]));
        }

        return events.ToImmutable();
    }

    private static V2Event EventOf(JsonElement json)
    {
        var text = json.GetProperty("action").GetString();
        var action = Enum.GetValues<V2Action>().Cast<V2Action?>().FirstOrDefault(known => V2Actions.TextOf(known!.Value) == text)
            ?? throw new FormatException($"\"{text}\" is no action of the v2 store");
        var node = ViewOf(json.GetProperty("node"));
        return new V2Event(action, node, json.TryGetProperty("prevNode", out var before) ? ViewOf(before) : null, node.ModifiedIndex)
        {
            IsRefresh = json.TryGetProperty("refresh", out var refresh) && refresh.GetBoolean(),
        };
    }

    private static V2NodeView ViewOf(JsonElement json) => new(
        TextOf(json, "key") ?? "/", TextOf(json, "value"), NumberOf(json, "modifiedIndex"), NumberOf(json, "createdIndex"))
    {
        IsDirectory = json.TryGetProperty("dir", out var isDirectory) && isDirectory.GetBoolean(),
        ExpiresAt = TextOf(json, "expiration") is { } time ? TimeOf(time) : V2Node.Never,
        TtlSeconds = json.TryGetProperty("ttl", out var ttl) ? ttl.GetInt64() : 0,
    };

    private static ImmutableArray<long> CountsOf(JsonElement store)
    {
        var counters = new V2Counters([]);
        var stats = store.GetProperty("Stats");
        foreach (var (action, name) in Counted)
        {
            counters.Add(action, (long)NumberOf(stats, name + "Success"), (long)NumberOf(stats, name + "Fail"));
        }

        counters.Add(V2Action.Expire, (long)NumberOf(stats, "expireCount"), 0);
        return counters.Capture();
    }

    private static string? TextOf(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static ulong NumberOf(JsonElement json, string name) => json.TryGetProperty(name, out var number) ? number.GetUInt64() : 0;
}
