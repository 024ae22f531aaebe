using System.Globalization;
using System.Text;

namespace ActorEtcd.Host.Http;

/// <summary>URLs as Go's <c>net/url</c> and <c>net/http</c> see them, where .NET sees them otherwise.</summary>
internal static class GoUrl
{
    private const string PathPunctuation = "-_.~$&+,/:;=@";

    /// <summary>Why the text is no escaped one, in Go's words, or null.</summary>
    public static string? FaultOf(string escaped)
    {
        for (int i = escaped.IndexOf('%', StringComparison.Ordinal); i >= 0; i = escaped.IndexOf('%', i + 1))
        {
            if (i + 2 >= escaped.Length || !char.IsAsciiHexDigit(escaped[i + 1]) || !char.IsAsciiHexDigit(escaped[i + 2]))
            {
                return $"invalid URL escape \"{escaped.AsSpan(i, Math.Min(3, escaped.Length - i))}\"";
            }
        }

        return null;
    }

    /// <summary>Why the text is no URL, in Go's words, or null where it is one or may be.</summary>
    public static string? FaultOfUrl(string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (scheme < 0 && colon > 0 && !char.IsAsciiLetter(text[0]) && text.IndexOf('/', StringComparison.Ordinal) is var slash && (slash < 0 || colon < slash))
        {
            return $"parse \"{text}\": first path segment in URL cannot contain colon";
        }

        if (scheme < 0)
        {
            return null;
        }

        string rest = text[(scheme + 3)..];
        int end = rest.IndexOfAny(['/', '?', '#']);
        string host = end < 0 ? rest : rest[..end];
        int wrong = host.IndexOfAny([' ', '"', '<', '>', '\\', '^', '`', '{', '|', '}']);
        return wrong < 0 ? null : $"parse \"{text}\": invalid character \"{host[wrong]}\" in host name";
    }

    /// <summary>The text behind the escapes; what is no escape stays.</summary>
    public static string Unescape(string escaped, bool plusIsBlank)
    {
        if (!escaped.AsSpan().ContainsAny('%', '+'))
        {
            return escaped;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(escaped);
        int length = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '%' && i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]))
            {
                bytes[length++] = Convert.FromHexString([(char)bytes[i + 1], (char)bytes[i + 2]])[0];
                i += 2;
            }
            else
            {
                bytes[length++] = bytes[i] == '+' && plusIsBlank ? (byte)' ' : bytes[i];
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    /// <summary>A path with escapes.</summary>
    public static string EscapePath(string path)
    {
        var escaped = new StringBuilder();
        foreach (byte b in Encoding.UTF8.GetBytes(path))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || PathPunctuation.Contains((char)b, StringComparison.Ordinal))
            {
                escaped.Append((char)b);
            }
            else
            {
                escaped.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return escaped.ToString();
    }

    /// <summary>
    /// The path without empty, "." and ".." segments, to which Go's ServeMux redirects; with its slash at the end.
    /// </summary>
    public static string CleanPath(string path)
    {
        string clean = ActorEtcd.V2.V2Path.Clean(path);
        return path.EndsWith('/') && clean != "/" ? clean + "/" : clean;
    }
}
