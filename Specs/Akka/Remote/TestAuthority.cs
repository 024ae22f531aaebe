using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorEtcd.Specs.Akka.Remote;

/// <summary>A certificate authority of its own, and certificates for 127.0.0.1 that it signs.</summary>
public sealed class TestAuthority : IDisposable
{
    public const string Password = "secret";

    private readonly X509Certificate2 _root;
    private readonly string _directory;
    private readonly string _name;

    public TestAuthority(string directory, string name)
    {
        _directory = directory;
        _name = name;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(PemPath, _root.ExportCertificatePem());
    }

    public string PemPath => Path.Combine(_directory, _name + ".pem");

    /// <summary>A PKCS #12 file with a new certificate and its key.</summary>
    public string Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        names.AddDnsName("127.0.0.1");
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(
            _root, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(8));
        using var complete = issued.CopyWithPrivateKey(key);
        var path = Path.Combine(_directory, name + ".pfx");
        File.WriteAllBytes(path, complete.Export(X509ContentType.Pfx, Password));
        return path;
    }

    public void Dispose() => _root.Dispose();
}
