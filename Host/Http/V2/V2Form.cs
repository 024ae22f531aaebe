using System.Globalization;
using System.Text;
using ActorEtcd.V2;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ActorEtcd.Host.Http.V2;

/// <summary>
/// The parameters of a request, read as Go's <c>Request.ParseForm</c> reads them: those of the body come before those of
/// the query, and of several with one name the first counts.
/// </summary>
internal sealed class V2Form
{
    private const long BodyBytesMax = 10 * 1024 * 1024;
    private const string FormType = "application/x-www-form-urlencoded";

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private V2Form()
    {
    }

    /// <exception cref="V2RequestException">They cannot be read.</exception>
    public static async ValueTask<V2Form> ReadAsync(HttpCall call)
    {
        var form = new V2Form();
        string? fault = null;
        bool hasBody = call.Method is "POST" or "PUT" or "PATCH";
        if (hasBody && FaultOfType(call.RequestHeaders.ContentType.ToString()) is { } wrongType)
        {
            fault = wrongType;
        }
        else if (hasBody && IsForm(call))
        {
            byte[]? body = await call.ReadBodyAsync(BodyBytesMax);
            fault = body is null ? "http: POST too large" : form.Add(Encoding.UTF8.GetString(body));
        }

        fault ??= form.Add(call.RawQuery);
        return fault is null ? form : throw new V2RequestException(V2ErrorCode.InvalidForm, fault);
    }

    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>The value, or nothing.</summary>
    public string Text(string name) => _values.GetValueOrDefault(name, string.Empty);

    /// <summary>A number, 0 when it is missing.</summary>
    /// <returns>Whether it is one.</returns>
    public bool TryNumber(string name, out ulong number)
    {
        number = 0;
        return !_values.TryGetValue(name, out string? text)
            || ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>A switch in one of Go's spellings, null when it is missing.</summary>
    /// <exception cref="V2RequestException">It is no switch.</exception>
    public bool? Switch(string name, bool quotesName = true)
    {
        if (!_values.TryGetValue(name, out string? text))
        {
            return null;
        }

        return text switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
            _ => throw new V2RequestException(V2ErrorCode.InvalidField, $"invalid value for {(quotesName ? $"\"{name}\"" : name)}"),
        };
    }

    // What is no media type at all is no form either, but not an error.
    private static string? FaultOfType(string text)
    {
        int semicolon = text.IndexOf(';', StringComparison.Ordinal);
        if (semicolon < 0)
        {
            return null;
        }

        return text.AsSpan(0, semicolon).IsWhiteSpace()
            ? "mime: no media type"
            : !text.AsSpan(semicolon + 1).IsWhiteSpace() && !MediaTypeHeaderValue.TryParse(text, out _)
                ? "mime: invalid media parameter"
                : text.Contains(";;", StringComparison.Ordinal) ? "mime: invalid media parameter" : null;
    }

    private static bool IsForm(HttpCall call)
        => MediaTypeHeaderValue.TryParse(call.RequestHeaders.ContentType.ToString(), out MediaTypeHeaderValue? type)
            && type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase);

    // Go goes on behind a pair that it cannot read, but the request fails.
    private string? Add(string encoded)
    {
        string? fault = null;
        foreach (string pair in encoded.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Contains(';', StringComparison.Ordinal))
            {
                fault = "invalid semicolon separator in query";
                continue;
            }

            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? pair : pair[..equals];
            string value = equals < 0 ? string.Empty : pair[(equals + 1)..];
            if ((GoUrl.FaultOf(name) ?? GoUrl.FaultOf(value)) is { } wrong)
            {
                fault ??= wrong;
                continue;
            }

            _values.TryAdd(GoUrl.Unescape(name, plusIsBlank: true), GoUrl.Unescape(value, plusIsBlank: true));
        }

        return fault;
    }
}
