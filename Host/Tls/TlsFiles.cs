using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Tls;

/// <summary>How one side of the server speaks TLS, as the flags say it (etcd: <c>transport.TLSInfo</c>).</summary>
/// <param name="Certificate">PEM file with the certificate, and after it those that lead to an authority.</param>
/// <param name="Key">PEM file with the private key.</param>
/// <param name="TrustedAuthorities">PEM file with the authorities whose certificates are accepted; the machine's own when null.</param>
/// <param name="RevocationList">File with the serial numbers that are not accepted any more.</param>
/// <param name="RequireClientCertificate">Whether those who connect must present a certificate.</param>
/// <param name="AllowedHostnames">The certificate of one who connects must be made out to one of them; empty for anything.</param>
/// <param name="AllowedCommonNames">The certificate of one who connects must have one of these common names; empty for any.</param>
public sealed record TlsFiles(
    string Certificate,
    string Key,
    string? TrustedAuthorities = null,
    string? RevocationList = null,
    bool RequireClientCertificate = false,
    IReadOnlyList<string>? AllowedHostnames = null,
    IReadOnlyList<string>? AllowedCommonNames = null)
{
    public required TlsProtocol Protocol { get; init; }

    /// <exception cref="ConfigException">Only one of certificate and key is given, or names are allowed in two ways.</exception>
    public static TlsFiles? Of(
        string certificate,
        string key,
        string authorities,
        string revocations,
        bool requireCertificate,
        IReadOnlyList<string> hostnames,
        IReadOnlyList<string> commonNames,
        TlsProtocol protocol)
    {
        if (certificate.Length == 0 && key.Length == 0)
        {
            return null;
        }

        if (certificate.Length == 0 || key.Length == 0)
        {
            throw new ConfigException($"KeyFile and CertFile must both be present[key: {key}, cert: {certificate}]");
        }

        if (hostnames.Count > 0 && commonNames.Count > 0)
        {
            throw new ConfigException(
                $"AllowedCNs and AllowedHostnames are mutually exclusive (cns=[{string.Join(' ', commonNames)}], hostnames=[{string.Join(' ', hostnames)}])");
        }

        // As in etcd, naming the authorities is asking for certificates.
        return new TlsFiles(
            certificate,
            key,
            NullIfEmpty(authorities),
            NullIfEmpty(revocations),
            requireCertificate || authorities.Length > 0,
            hostnames,
            commonNames)
        {
            Protocol = protocol,
        };
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
