using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Discovery;

namespace ActorEtcd.Host.Proxy;

/// <summary>The endpoints of a gateway that a domain's SRV records name.</summary>
/// <param name="domain">Whose records.</param>
/// <param name="serviceName">Suffix of the service's name in them; may be empty.</param>
/// <param name="warn">Told of those that are left out.</param>
internal sealed class GatewayEndpoints(string domain, string serviceName, Action<string> warn)
{
    private static readonly TimeSpan DialWithin = TimeSpan.FromSeconds(5);

    /// <exception cref="IOException">DNS knows none.</exception>
    /// <param name="acceptsInsecure">Whether those of clear text are taken, and none is checked.</param>
    /// <param name="authorities">File of who may have signed the certificates of the others; empty: they are not looked at.</param>
    public IReadOnlyList<SrvRecord> Find(bool acceptsInsecure, string authorities)
    {
        var failures = new List<string>();
        var secure = Ask("etcd-client-ssl", failures);
        var insecure = Ask("etcd-client", failures);
        if (secure.Count + insecure.Count == 0)
        {
            throw new IOException("dns lookup errors: " + string.Join(" and ", failures));
        }

        if (acceptsInsecure)
        {
            return [.. secure, .. insecure];
        }

        foreach (var record in insecure)
        {
            warn($"ignoring discovered insecure endpoint {record.Target}:{record.Port}");
        }

        return authorities.Length == 0 ? secure : [.. secure.Where(record => IsVerified(record, authorities))];
    }

    private List<SrvRecord> Ask(string service, List<string> failures)
    {
        var suffix = serviceName.Length > 0 ? "-" + serviceName : string.Empty;
        try
        {
            return [.. SrvQuery.Ask($"_{service}{suffix}._tcp.{domain}")];
        }
        catch (IOException failure)
        {
            failures.Add(failure.Message);
            return [];
        }
    }

    private bool IsVerified(SrvRecord record, string authorities)
    {
        var options = CtlTls.Load("", "", authorities, "", skipsVerification: false, isDefault: true).OptionsFor(record.Target);
        options.ApplicationProtocols = null;
        options.RemoteCertificateValidationCallback = (_, certificate, _, errors) => errors == SslPolicyErrors.None
            || (errors == SslPolicyErrors.RemoteCertificateNameMismatch && certificate is X509Certificate2 shown && shown.MatchesHostname(domain));
        try
        {
            using var client = new TcpClient();
            if (!client.ConnectAsync(record.Target, record.Port).Wait(DialWithin))
            {
                throw new IOException("it does not answer");
            }

            using var stream = new SslStream(client.GetStream());
            stream.ReadTimeout = stream.WriteTimeout = (int)DialWithin.TotalMilliseconds;
            stream.AuthenticateAsClient(options);
            return true;
        }
        catch (Exception failure) when (failure is SocketException or IOException or AuthenticationException or AggregateException)
        {
            warn($"ignoring discovered endpoint {record.Target}:{record.Port}: {failure.GetBaseException().Message}");
            return false;
        }
    }
}
