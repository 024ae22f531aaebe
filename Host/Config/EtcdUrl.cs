using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorEtcd.Host.Config;

/// <summary>
/// A URL as etcd's flags take it: scheme, host and port, and nothing more (etcd: <c>types.NewURLs</c>). That of a Unix socket
/// has the socket's path for a host.
/// </summary>
public sealed record EtcdUrl(string Scheme, string Host, int Port)
{
    public bool IsTls => Scheme is "https" or "unixs";

    /// <summary>Whether it leads to a Unix socket, which clients alone can use.</summary>
    public bool IsSocket => Scheme is "unix" or "unixs";

    /// <summary>A comma-separated list, at least one, sorted by text as etcd keeps it.</summary>
    /// <exception cref="ConfigException">One of them is malformed.</exception>
    public static IReadOnlyList<EtcdUrl> ParseList(string text, bool allowsSockets = false)
    {
        var urls = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(url => Parse(url, allowsSockets))
            .OrderBy(static url => url.ToString(), StringComparer.Ordinal)
            .ToArray();
        return urls.Length > 0 ? urls : throw new ConfigException("no valid URLs given");
    }

    /// <exception cref="ConfigException">The text is no such URL.</exception>
    public static EtcdUrl Parse(string text, bool allowsSockets = false)
    {
        var schemeEnd = text.IndexOf("://", StringComparison.Ordinal);
        var scheme = schemeEnd < 0 ? string.Empty : text[..schemeEnd];
        if (scheme is not ("http" or "https"))
        {
            return scheme is "unix" or "unixs"
                ? ParseSocket(scheme, text, allowsSockets)
                : throw new ConfigException($"URL scheme must be http, https, unix, or unixs: {text}");
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

    /// <summary>Where clients are listened for: an address, or the path of a Unix socket.</summary>
    /// <exception cref="ConfigException">The host is a name that only a resolver knows, or the path is too long.</exception>
    public EndPoint ToClientEndPoint()
    {
        if (!IsSocket)
        {
            return ToBindEndPoint();
        }

        try
        {
            return new UnixDomainSocketEndPoint(Path.GetFullPath(Host));
        }
        catch (ArgumentException wrong)
        {
            throw new ConfigException($"no path of a socket: {this}: {wrong.Message.ReplaceLineEndings(" ")}");
        }
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
        => IsSocket ? $"{Scheme}://{Host}"
            : Host.Contains(':', StringComparison.Ordinal) ? $"{Scheme}://[{Host}]:{Port}"
            : $"{Scheme}://{Host}:{Port}";

    // etcd 3.4 wants "host:port" here too, which is the name of a socket in the working directory; later versions any path.
    private static EtcdUrl ParseSocket(string scheme, string text, bool allowsSockets)
    {
        var path = text[(scheme.Length + "://".Length)..];
        return !allowsSockets ? throw new ConfigException($"unix sockets are for clients, not for members: {text}")
            : path.Length == 0 ? throw new ConfigException($"URL has no path of a socket: {text}")
            : new EtcdUrl(scheme, path, Port: 0);
    }
}
