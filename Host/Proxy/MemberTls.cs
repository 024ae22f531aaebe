using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Tls;

namespace ActorEtcd.Host.Proxy;

/// <summary>
/// How a proxy speaks TLS with members: by the files with which it serves clients itself, or else those meant for members
/// (etcd 3.4: <c>startProxy</c>).
/// </summary>
internal static class MemberTls
{
    /// <summary>Null when no flag says anything about TLS: members are then judged by the machine's own authorities.</summary>
    /// <exception cref="ConfigException">A file is missing or no good.</exception>
    public static SslClientAuthenticationOptions? Of(ServerOptions options)
    {
        var files = options.ClientTls ?? options.PeerTls;
        if (files is null && !options.ClientAutoTls)
        {
            return null;
        }

        var tls = new SslClientAuthenticationOptions { CertificateRevocationCheckMode = X509RevocationMode.NoCheck };
        if (files is not null)
        {
            tls.ClientCertificateContext = CertificateFiles.ReadCertificate(files.Certificate, files.Key);
        }

        if (options.ClientAutoTls)
        {
            // Certificates that the members made for themselves are known to nobody; there has to be one.
            tls.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null;
        }
        else if (files?.TrustedAuthorities is { } authorities)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(CertificateFiles.ReadAuthorities(authorities));
        }

        return tls;
    }
}
