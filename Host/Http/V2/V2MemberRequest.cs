using System.Text;
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
        catch (JsonException)
        {
            throw new V2RefusedException(SyntaxFaultOf(Encoding.UTF8.GetString(body).TrimStart()));
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

    private static string SyntaxFaultOf(string text)
    {
        if (text.Length == 0 || "{[\"-0123456789tfn".Contains(text[0], StringComparison.Ordinal))
        {
            return "unexpected end of JSON input";
        }

        return $"invalid character '{text[0]}' looking for beginning of value";
    }
}
