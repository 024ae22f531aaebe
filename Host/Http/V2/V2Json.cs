using System.Globalization;
using System.Text;
using ActorEtcd.V2;

namespace ActorEtcd.Host.Http.V2;

/// <summary>
/// JSON as Go's encoder writes it: no blanks, etcd's order of fields, and the characters that HTML and JavaScript take
/// for their own as escapes.
/// </summary>
internal static class V2Json
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>What an event looks like to clients, below the directory of keys; nodes left out when only success was asked for.</summary>
    public static string Of(V2Event happened, bool withoutNodes = false)
    {
        var json = new StringBuilder();
        json.Append("{\"action\":\"").Append(V2Actions.TextOf(happened.Action)).Append('"');
        if (!withoutNodes)
        {
            Write(json.Append(",\"node\":"), happened.Node);
            if (happened.PrevNode is { } before)
            {
                Write(json.Append(",\"prevNode\":"), before);
            }
        }

        return json.Append("}\n").ToString();
    }

    public static string Of(V2Error error)
    {
        var json = new StringBuilder();
        json.Append(CultureInfo.InvariantCulture, $"{{\"errorCode\":{(int)error.Code},\"message\":").Append(Text(error.Message));
        var cause = V2Path.Visible(error.Cause);
        if (cause.Length > 0)
        {
            json.Append(",\"cause\":").Append(Text(cause));
        }

        return json.Append(CultureInfo.InvariantCulture, $",\"index\":{error.Index}}}\n").ToString();
    }

    /// <summary>A text in quotes.</summary>
    public static string Text(string text)
    {
        var json = new StringBuilder(text.Length + 2);
        json.Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"': json.Append("\\\""); break;
                case '\\': json.Append("\\\\"); break;
                case '\n': json.Append("\\n"); break;
                case '\r': json.Append("\\r"); break;
                case '\t': json.Append("\\t"); break;
                case < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029':
                    json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default: json.Append(c); break;
            }
        }

        return json.Append('"').ToString();
    }

    /// <summary>A list of texts; Go writes null for one that was never made.</summary>
    public static string List(IEnumerable<string>? texts)
        => texts is null ? "null" : $"[{string.Join(',', texts.Select(Text))}]";

    /// <summary>A time in UTC, with as many places behind the second as it needs.</summary>
    public static string Time(long unixNanoseconds)
    {
        var (seconds, nanoseconds) = Math.DivRem(unixNanoseconds, NanosecondsPerSecond);
        if (nanoseconds < 0)
        {
            seconds--;
            nanoseconds += NanosecondsPerSecond;
        }

        var whole = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        var fraction = nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return fraction.Length == 0 ? whole + "Z" : $"{whole}.{fraction}Z";
    }

    private static void Write(StringBuilder json, V2NodeView node)
    {
        json.Append('{');
        var key = V2Path.Visible(node.Key);
        Field(json, "key", key.Length > 0 ? Text(key) : null);
        Field(json, "value", node.Value is { } value ? Text(value) : null);
        Field(json, "dir", node.IsDirectory ? "true" : null);
        Field(json, "expiration", node.ExpiresAt != V2Node.Never ? Text(Time(node.ExpiresAt)) : null);
        Field(json, "ttl", node.TtlSeconds != 0 ? node.TtlSeconds.ToString(CultureInfo.InvariantCulture) : null);
        if (!node.Nodes.IsEmpty)
        {
            Field(json, "nodes", "[");
            for (var i = 0; i < node.Nodes.Length; i++)
            {
                if (i > 0)
                {
                    json.Append(',');
                }

                Write(json, node.Nodes[i]);
            }

            json.Append(']');
        }

        Field(json, "modifiedIndex", Index(node.ModifiedIndex));
        Field(json, "createdIndex", Index(node.CreatedIndex));
        json.Append('}');
    }

    private static string? Index(ulong index) => index == 0 ? null : index.ToString(CultureInfo.InvariantCulture);

    private static void Field(StringBuilder json, string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        if (json[^1] != '{')
        {
            json.Append(',');
        }

        json.Append('"').Append(name).Append("\":").Append(value);
    }
}
