using System.Text.Json;

namespace ActorEtcd.Host.Http.V2;

/// <summary>The body of a request to add or update a member. What is wrong with it is told in the words of Go's JSON decoder.</summary>
internal static class V2MemberRequest
{
    private const string Field = "peerURLs";

    /// <exception cref="V2RefusedException">It is no such body.</exception>
    public static IReadOnlyList<string> PeerUrlsOf(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Object => UrlsIn(document.RootElement),
                JsonValueKind.Null => [],
                _ => throw Mismatch(document.RootElement, "Go value of type struct { PeerURLs []string \"json:\\\"peerURLs\\\"\" }"),
            };
        }
        catch (JsonException wrong)
        {
            throw new V2RefusedException(SyntaxFaultOf(body, wrong));
        }
    }

    // Go finds a field whatever the case of its letters, and of several the last counts.
    private static List<string> UrlsIn(JsonElement request)
    {
        var urls = new List<string>();
        foreach (JsonProperty property in request.EnumerateObject())
        {
            if (!property.Name.Equals(Field, StringComparison.OrdinalIgnoreCase) || property.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            urls.Clear();
            if (property.Value.ValueKind != JsonValueKind.Array)
            {
                throw Mismatch(property.Value, $"Go struct field .{Field} of type []string");
            }

            foreach (JsonElement url in property.Value.EnumerateArray())
            {
                urls.Add(url.ValueKind switch
                {
                    JsonValueKind.String => url.GetString()!,
                    JsonValueKind.Null => string.Empty,
                    _ => throw Mismatch(url, $"Go struct field .{Field} of type string"),
                });
            }
        }

        return urls;
    }

    private static V2RefusedException Mismatch(JsonElement found, string expected)
    {
        string kind = found.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => "bool",
            JsonValueKind.Number => "number",
            JsonValueKind.String => "string",
            JsonValueKind.Array => "array",
            _ => "object",
        };
        return new V2RefusedException($"json: cannot unmarshal {kind} into {expected}");
    }

    // Where Go says more about what it expected than .NET does, it is told as if a value were.
    private static string SyntaxFaultOf(byte[] body, JsonException wrong)
    {
        int at = (int)Math.Min(wrong.BytePositionInLine ?? 0, body.Length);
        if (wrong.LineNumber is > 0 || at == body.Length)
        {
            return "unexpected end of JSON input";
        }

        string place = IsWhole(body.AsMemory(0, at)) ? "after top-level value" : "looking for beginning of value";
        return $"invalid character '{(char)body[at]}' {place}";
    }

    private static bool IsWhole(ReadOnlyMemory<byte> body)
    {
        var reader = new Utf8JsonReader(body.Span);
        try
        {
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
