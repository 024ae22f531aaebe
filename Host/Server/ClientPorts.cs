using ActorEtcd.Host.Config;
using ActorEtcd.Host.Http;
using ActorEtcd.Host.Tls;
using Microsoft.Extensions.Logging;

namespace ActorEtcd.Host.Server;

/// <summary>The ports that clients use, with what TLS needs on those that speak it.</summary>
internal static class ClientPorts
{
    /// <exception cref="ConfigException">A file of TLS is missing or no good.</exception>
    public static IReadOnlyList<ListenEndPoint> Of(ServerOptions options, IReadOnlyList<EtcdUrl> urls, ILogger logger)
    {
        var files = options.ClientAutoTls && urls.Any(static url => url.IsTls) ? MadeFor(options, logger) : options.ClientTls;
        var tls = files is not null && urls.Any(static url => url.IsTls) ? new TlsServer(files, TimeProvider.System, logger) : null;
        foreach (var url in urls.Where(url => !url.IsTls && options.ClientTls is not null))
        {
            logger.LogWarning("the scheme of client URL {Url} is http although certificate and key are given; they are ignored for it", url);
        }

        return [.. urls.Select(url => new ListenEndPoint(url.ToClientEndPoint(), url.IsTls ? tls : null))];
    }

    // etcd: Config.ClientSelfCert.
    private static TlsFiles MadeFor(ServerOptions options, ILogger logger)
    {
        var directory = Path.Combine(options.DataDirectory, "fixtures", "client");
        var hosts = options.ListenClientUrls.Where(static url => url is { IsTls: true, IsSocket: false }).Select(static url => url.Host);
        var (certificate, key) = SelfSignedCertificate.EnsureIn(directory, hosts, options.SelfSignedYears, TimeProvider.System);
        logger.LogWarning("clients are served with the self-signed certificate {Certificate}", certificate);
        return new TlsFiles(certificate, key) { Protocol = options.TlsProtocol };
    }
}
