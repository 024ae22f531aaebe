using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorEtcd.Specs.TestKit;

/// <summary>A certificate authority of a spec's own, which writes PEM files as cfssl would.</summary>
public sealed class TestAuthority : IDisposable
{
    /// <summary>The password of every PKCS #12 file.</summary>
    public const string Password = "secret";

    private static readonly DateTimeOffset Yesterday = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private readonly string _directory;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private byte _serial;

    public TestAuthority(string directory, string name)
    {
        _directory = directory;
        Name = name;
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _certificate = request.CreateSelfSigned(Yesterday, Yesterday.AddYears(5));
        File.WriteAllText(Path, _certificate.ExportCertificatePem());
    }

    public string Name { get; }

    /// <summary>The authority's own certificate.</summary>
    public string Path => System.IO.Path.Combine(_directory, Name + ".pem");

    public X509Certificate2 Certificate => _certificate;

    /// <summary>Issues a certificate for 127.0.0.1 and localhost; the files are named after the file name.</summary>
    /// <param name="isServer">Whether it may be shown by one who is called.</param>
    /// <param name="isClient">Whether it may be shown by one who calls.</param>
    public IssuedCertificate Issue(
        string commonName,
        string? fileName = null,
        TimeSpan? validFor = null,
        string host = "localhost",
        bool isServer = true,
        bool isClient = true)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"O=specs, CN={commonName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(UsageOf(isServer, isClient));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        byte[] serial = [0x10, ++_serial];
        using X509Certificate2 issued = request.Create(_certificate, Yesterday, Yesterday + (validFor ?? TimeSpan.FromDays(365)), serial);
        string path = System.IO.Path.Combine(_directory, fileName ?? commonName);
        File.WriteAllText(path + "-key.pem", key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(path + ".pem", issued.ExportCertificatePem());
        return new IssuedCertificate(path + ".pem", path + "-key.pem", serial);
    }

    private static X509EnhancedKeyUsageExtension UsageOf(bool isServer, bool isClient)
    {
        var purposes = new OidCollection();
        if (isServer)
        {
            purposes.Add(ServerAuthentication);
        }

        if (isClient)
        {
            purposes.Add(ClientAuthentication);
        }

        return new X509EnhancedKeyUsageExtension(purposes, critical: false);
    }

    /// <summary>Issues as <see cref="Issue"/> does, into one PKCS #12 file with the key; returns its path.</summary>
    public string IssueStore(string commonName)
    {
        IssuedCertificate files = Issue(commonName);
        using var complete = X509Certificate2.CreateFromPemFile(files.CertificatePath, files.KeyPath);
        string path = System.IO.Path.ChangeExtension(files.CertificatePath, ".pfx");
        File.WriteAllBytes(path, complete.Export(X509ContentType.Pfx, Password));
        return path;
    }

    /// <summary>Writes a list that revokes the certificates.</summary>
    public string Revoke(string fileName, params IssuedCertificate[] revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (IssuedCertificate certificate in revoked)
        {
            builder.AddEntry(certificate.Serial);
        }

        byte[] list = builder.Build(
            _certificate, 1, DateTimeOffset.UtcNow.AddDays(30), HashAlgorithmName.SHA256);
        string path = System.IO.Path.Combine(_directory, fileName);
        File.WriteAllText(path, PemEncoding.WriteString("X509 CRL", list));
        return path;
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}
