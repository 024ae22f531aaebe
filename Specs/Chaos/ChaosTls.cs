using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Chaos;

/// <summary>Certificates of a run: members, and clients, show one and are asked for one.</summary>
internal sealed class ChaosTls : IDisposable
{
    private readonly TestAuthority _authority;
    private readonly IssuedCertificate _member;
    private readonly X509Certificate2 _client;

    public ChaosTls(string directory)
    {
        _authority = new TestAuthority(directory, "authority");
        _member = _authority.Issue("member");
        IssuedCertificate client = _authority.Issue("client");
        _client = X509Certificate2.CreateFromPemFile(client.CertificatePath, client.KeyPath);
    }

    public IReadOnlyList<string> PeerArguments =>
    [
        "--peer-cert-file", _member.CertificatePath, "--peer-key-file", _member.KeyPath,
        "--peer-client-cert-auth", "--peer-trusted-ca-file", _authority.Path,
    ];

    public IReadOnlyList<string> ClientArguments =>
    [
        "--cert-file", _member.CertificatePath, "--key-file", _member.KeyPath,
        "--client-cert-auth", "--trusted-ca-file", _authority.Path,
    ];

    /// <summary>How clients call: with a certificate, and sure of the member's.</summary>
    public SslClientAuthenticationOptions Options => new()
    {
        TargetHost = "localhost",
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        ClientCertificates = [_client],
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { _authority.Certificate },
            RevocationMode = X509RevocationMode.NoCheck,
        },
    };

    public void Dispose()
    {
        _client.Dispose();
        _authority.Dispose();
    }
}
