namespace ActorEtcd.Host.GrpcClient;

/// <summary>The static table of RFC 7541, appendix A; entry 1 is at position 0.</summary>
internal static class HpackStaticTable
{
    public const int Count = 61;

    public static readonly HeaderField[] Fields = Build();

    private static HeaderField[] Build()
    {
        string[] withValues =
        [
            ":authority|", ":method|GET", ":method|POST", ":path|/", ":path|/index.html", ":scheme|http",
            ":scheme|https", ":status|200", ":status|204", ":status|206", ":status|304", ":status|400",
            ":status|404", ":status|500", "accept-charset|", "accept-encoding|gzip, deflate",
        ];
        string[] namesOnly =
        [
            "accept-language", "accept-ranges", "accept", "access-control-allow-origin", "age", "allow",
            "authorization", "cache-control", "content-disposition", "content-encoding", "content-language",
            "content-length", "content-location", "content-range", "content-type", "cookie", "date", "etag",
            "expect", "expires", "from", "host", "if-match", "if-modified-since", "if-none-match", "if-range",
            "if-unmodified-since", "last-modified", "link", "location", "max-forwards", "proxy-authenticate",
            "proxy-authorization", "range", "referer", "refresh", "retry-after", "server", "set-cookie",
            "strict-transport-security", "transfer-encoding", "user-agent", "vary", "via", "www-authenticate",
        ];
        IEnumerable<HeaderField> first = withValues.Select(pair =>
        {
            int bar = pair.IndexOf('|', StringComparison.Ordinal);
            return HeaderField.Of(pair[..bar], pair[(bar + 1)..]);
        });
        return [.. first, .. namesOnly.Select(name => HeaderField.Of(name, ""))];
    }
}
