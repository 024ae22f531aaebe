using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorEtcd.Host.Cli.Ctl.Client;

/// <summary>An endpoint as it was given, and where it leads.</summary>
internal sealed record CtlEndpoint(string Text, EndPoint Address, string Authority, string Host, bool? IsSecure)
{
    private const int DefaultPort = 2379;

    /// <summary>Reads host:port, http(s)://host:port and unix(s)://path.</summary>
    public static CtlEndpoint Parse(string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        string kind = scheme < 0 ? "" : text[..scheme];
        string rest = scheme < 0 ? text : text[(scheme + 3)..];
        bool? isSecure = kind switch
        {
            "https" or "unixs" => true,
            "http" => false,
            _ => null,
        };
        if (kind is "unix" or "unixs" || text.StartsWith("unix:", StringComparison.Ordinal))
        {
            string path = kind.Length > 0 ? rest : text["unix:".Length..];
            return new CtlEndpoint(text, new UnixDomainSocketEndPoint(path), "localhost", "localhost", isSecure ?? false);
        }

        rest = rest.Split('/')[0];
        int colon = rest.LastIndexOf(':');
        bool hasPort = colon > rest.LastIndexOf(']')
            && int.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        string host = (hasPort ? rest[..colon] : rest).Trim('[', ']');
        int port = hasPort ? int.Parse(rest[(colon + 1)..], CultureInfo.InvariantCulture) : DefaultPort;
        port = port is >= 0 and <= ushort.MaxValue ? port : 0;
        host = host.Length == 0 ? "localhost" : host;
        EndPoint address = AddressOf(host) is { } ip ? new IPEndPoint(ip, port) : new DnsEndPoint(host, port);
        return new CtlEndpoint(text, address, rest, host, isSecure);
    }

    // The usual form by hand: the runtime's parser has to be compiled first.
    private static IPAddress? AddressOf(string host)
    {
        string[] parts = host.Split('.');
        var bytes = new byte[4];
        for (int i = 0; i < parts.Length && parts.Length == 4; i++)
        {
            if (parts[i].Length is 0 or > 3 || !byte.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out bytes[i]))
            {
                return null;
            }
        }

        return parts.Length == 4 ? new IPAddress(bytes)
            : host.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(host, out var ip) ? ip
            : null;
    }
}
