using System.Security.Cryptography;
using System.Text;
using ActorEtcd.Host.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ActorEtcd.Host.Gateway;

/// <summary>The beginning of a web socket (RFC 6455), and what its headers say about the call behind it.</summary>
internal static class WebSocketHandshake
{
    private const string Protocol = "websocket";
    private const string Version = "13";
    private const string Bearer = "Bearer";
    private const string TokenCookie = "token";
    private const int KeyBytes = 16;

    // RFC 6455, 1.3: appended to the client's key, it shows that the server knows what it answers to.
    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    public static bool IsAsked(HttpCall call)
        => Has(call.RequestHeaders.Upgrade, Protocol) && Has(call.RequestHeaders.Connection, "upgrade");

    /// <summary>Why the handshake cannot be accepted; null when it can.</summary>
    public static string? Refusal(HttpCall call)
    {
        if (!HttpMethods.IsGet(call.Method) || call.Upgrade is not { IsUpgradableRequest: true })
        {
            return "Bad Request: a web socket begins with GET over HTTP/1.1";
        }

        if (call.RequestHeaders.SecWebSocketVersion != Version)
        {
            return "Bad Request: the version of the web socket protocol must be 13";
        }

        var key = new byte[KeyBytes];
        return Convert.TryFromBase64String(call.RequestHeaders.SecWebSocketKey.ToString(), key, out var length) && length == KeyBytes
            ? null
            : "Bad Request: Sec-WebSocket-Key must be 16 bytes in base64";
    }

    /// <summary>Switches the connection; what is left of it is the web socket's.</summary>
    public static async ValueTask<Stream> AcceptAsync(HttpCall call)
    {
        call.ResponseHeaders.Upgrade = Protocol;
        call.ResponseHeaders.SecWebSocketAccept = AcceptOf(call.RequestHeaders.SecWebSocketKey.ToString());
        if (call.RequestHeaders.SecWebSocketProtocol.ToString().StartsWith(Bearer, StringComparison.Ordinal))
        {
            call.ResponseHeaders.SecWebSocketProtocol = Bearer;
        }

        return await call.Upgrade!.UpgradeAsync();
    }

    /// <summary>
    /// The headers of the call behind the web socket. Browsers cannot set <c>Authorization</c>: a token comes as the
    /// sub-protocol <c>Bearer, token</c> or as a cookie.
    /// </summary>
    public static IHeaderDictionary HeadersFor(IHeaderDictionary handshake)
    {
        var headers = new HeaderDictionary();
        IHeaderDictionary known = headers;
        known.Origin = handshake.Origin;
        known.Referer = handshake.Referer;
        if (TokenOf(handshake) is { } token)
        {
            known.Authorization = $"{Bearer} {token}";
        }

        return headers;
    }

    private static string? TokenOf(IHeaderDictionary handshake)
    {
        if (CookieHeaderValue.TryParseList(handshake.Cookie, out var cookies)
            && cookies.FirstOrDefault(static cookie => cookie.Name == TokenCookie) is { } cookie)
        {
            return cookie.Value.ToString();
        }

        string[] protocols = handshake.SecWebSocketProtocol.ToString().Split(',', count: 2, StringSplitOptions.TrimEntries);
        return protocols is [Bearer, { Length: > 0 } token] ? token : null;
    }

    private static bool Has(StringValues header, string word)
        => header.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(word, StringComparer.OrdinalIgnoreCase);

#pragma warning disable CA5350 // The protocol says SHA-1; nothing is kept secret with it.
    private static string AcceptOf(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + KeySuffix)));
#pragma warning restore CA5350
}
