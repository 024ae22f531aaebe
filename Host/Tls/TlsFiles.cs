using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Tls;

/// <summary>How one side of the server speaks TLS, as the flags say it (etcd: <c>transport.TLSInfo</c>).</summary>
/// <param name="Certificate">PEM file with the certificate, and after it those that lead to an authority.</param>
/// <param name="Key">PEM file with the private key.</param>
/// <param name="TrustedAuthorities">PEM file with the authorities whose certificates are accepted; the machine's own when null.</param>
/// <param name="RevocationList">File with the serial numbers that are not accepted any more.</param>
/// <param name="RequireClientCertificate">Whether those who connect must present a certificate.</param>
/// <param name="AllowedHostname">What a client's certificate must be made out to; anything when null.</param>
public sealed record TlsFiles(
    string Certificate,
    string Key,
    string? TrustedAuthorities = null,
    string? RevocationList = null,
    bool RequireClientCertificate = false,
    string? AllowedHostname = null)
{
    public required TlsProtocol Protocol { get; init; }

    /// <exception cref="ConfigException">Only one of certificate and key is given.</exception>
    public static TlsFiles? Of(
        string certificate, string key, string authorities, string revocations, bool requireCertificate, string hostname, TlsProtocol protocol)
    {
        if (certificate.Length == 0 && key.Length == 0)
        {
            return null;
        }

        if (certificate.Length == 0 || key.Length == 0)
        {
            throw new ConfigException($"KeyFile and CertFile must both be present[key: {key}, cert: {certificate}]");
        }

        // As in etcd, naming the authorities is asking for certificates.
        return new TlsFiles(
            certificate,
            key,
            NullIfEmpty(authorities),
            NullIfEmpty(revocations),
            requireCertificate || authorities.Length > 0,
            NullIfEmpty(hostname))
        {
            Protocol = protocol,
        };
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
