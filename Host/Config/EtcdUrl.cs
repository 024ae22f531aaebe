using System.Globalization;
using System.Net;

namespace ActorEtcd.Host.Config;

/// <summary>A URL as etcd's flags take it: scheme, host and port, and nothing more (etcd: <c>types.NewURLs</c>).</summary>
public sealed record EtcdUrl(string Scheme, string Host, int Port)
{
    public bool IsTls => Scheme == "https";

    /// <summary>A comma-separated list, at least one, sorted by text as etcd keeps it.</summary>
    /// <exception cref="ConfigException">One of them is malformed.</exception>
    public static IReadOnlyList<EtcdUrl> ParseList(string text)
    {
        var urls = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(Parse)
            .OrderBy(static url => url.ToString(), StringComparer.Ordinal)
            .ToArray();
        return urls.Length > 0 ? urls : throw new ConfigException("no valid URLs given");
    }

    /// <exception cref="ConfigException">The text is no such URL.</exception>
    public static EtcdUrl Parse(string text)
    {
        var schemeEnd = text.IndexOf("://", StringComparison.Ordinal);
        var scheme = schemeEnd < 0 ? string.Empty : text[..schemeEnd];
        if (scheme is not ("http" or "https"))
        {
            throw new ConfigException(scheme is "unix" or "unixs"
                ? $"unix sockets are not served: {text}"
                : $"URL scheme must be http, https, unix, or unixs: {text}");
        }

        var rest = text[(schemeEnd + 3)..];
        if (rest.Contains('/', StringComparison.Ordinal))
        {
            throw new ConfigException($"URL must not contain a path: {text}");
        }

        var colon = rest.LastIndexOf(':');
        if (colon < 0
            || !int.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > IPEndPoint.MaxPort
            || (rest[..colon].Contains(':', StringComparison.Ordinal) && rest[0] != '['))
        {
            throw new ConfigException($"URL address does not have the form \"host:port\": {text}");
        }

        return new EtcdUrl(scheme, rest[..colon].Trim('[', ']'), port);
    }

    /// <summary>The address to listen on.</summary>
    /// <exception cref="ConfigException">The host is a name that only a resolver knows.</exception>
    public IPEndPoint ToBindEndPoint()
    {
        if (Host == "localhost")
        {
            return new IPEndPoint(IPAddress.Loopback, Port);
        }

        return Host.Length == 0
            ? new IPEndPoint(IPAddress.Any, Port)
            : IPAddress.TryParse(Host, out var address)
                ? new IPEndPoint(address, Port)
                : throw new ConfigException($"expected IP in URL for binding ({this})");
    }

    public override string ToString()
        => Host.Contains(':', StringComparison.Ordinal) ? $"{Scheme}://[{Host}]:{Port}" : $"{Scheme}://{Host}:{Port}";
}
