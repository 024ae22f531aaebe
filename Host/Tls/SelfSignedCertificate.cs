using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Tls;

/// <summary>Certificates that a server makes for itself (etcd: <c>--auto-tls</c>, <c>transport.SelfCert</c>).</summary>
public static class SelfSignedCertificate
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    /// <summary>The certificate and key in the directory, made when there are none yet.</summary>
    /// <param name="hosts">Names and addresses that the certificate is made out to.</param>
    /// <param name="years">How long it is valid, in years of 365 days; at least 1.</param>
    /// <exception cref="ConfigException">The directory cannot be written to.</exception>
    public static (string CertificatePath, string KeyPath) EnsureIn(
        string directory, IEnumerable<string> hosts, int years, TimeProvider time)
    {
        var certificatePath = Path.Combine(directory, "cert.pem");
        var keyPath = Path.Combine(directory, "key.pem");
        if (File.Exists(certificatePath) && File.Exists(keyPath))
        {
            return (certificatePath, keyPath);
        }

        try
        {
            Directory.CreateDirectory(directory);
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = Create(key, hosts, years, time.GetUtcNow());
            WriteSecret(keyPath, key.ExportECPrivateKeyPem());
            File.WriteAllText(certificatePath, certificate.ExportCertificatePem() + "\n");
            return (certificatePath, keyPath);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"cannot make a certificate in {directory}: {error.Message}");
        }
    }

    private static X509Certificate2 Create(ECDsa key, IEnumerable<string> hosts, int years, DateTimeOffset now)
    {
        var request = new CertificateRequest("O=etcd", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts.Distinct(StringComparer.Ordinal))
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else if (host.Length > 0)
            {
                names.AddDnsName(host);
            }
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [ServerAuthentication, ClientAuthentication], critical: false));
        return request.CreateSelfSigned(now, now.AddDays(365L * years));
    }

    private static void WriteSecret(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.WriteLine(text);
    }
}
