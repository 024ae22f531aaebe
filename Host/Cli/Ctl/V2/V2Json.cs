using System.Text.Json;

namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>Reads fields that may be missing or null.</summary>
internal static class V2Json
{
    public static string Text(JsonElement json, string name)
        => Find(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    public static long Number(JsonElement json, string name)
        => Find(json, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out long value) ? value : 0;

    public static string[] Texts(JsonElement json, string name)
        => [.. Items(json, name).Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!)];

    public static IEnumerable<JsonElement> Items(JsonElement json, string name)
        => Find(json, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static JsonElement? Find(JsonElement json, string name)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
