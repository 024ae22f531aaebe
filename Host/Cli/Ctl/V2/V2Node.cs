using System.Text.Json;
using ActorEtcd.Host.Cli.Ctl.Output;

namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>A node of the v2 store as an answer has it.</summary>
internal sealed record V2Node(
    string Key, bool IsDirectory, string Value, V2Node[]? Nodes, long Created, long Modified, string Expiration, long Ttl)
{
    public static V2Node Of(JsonElement json) => new(
        V2Json.Text(json, "key"),
        V2Json.Find(json, "dir") is { ValueKind: JsonValueKind.True },
        V2Json.Text(json, "value"),
        V2Json.Find(json, "nodes") is { } ? [.. V2Json.Items(json, "nodes").Select(Of)] : null,
        V2Json.Number(json, "createdIndex"),
        V2Json.Number(json, "modifiedIndex"),
        V2Json.Text(json, "expiration"),
        V2Json.Number(json, "ttl"));

    public void Write(JsonText json, string? name)
    {
        json.Begin(name).Field("key", Key, always: true).Field("dir", IsDirectory).Field("value", Value, always: true);
        if (Nodes == null)
        {
            json.Raw("nodes", "null");
        }
        else
        {
            json.Array("nodes", Nodes, static (json, node) => node.Write(json, null));
        }

        json.Field("createdIndex", Created, always: true)
            .Field("modifiedIndex", Modified, always: true)
            .Field("expiration", Expiration)
            .Field("ttl", Ttl)
            .End();
    }
}
