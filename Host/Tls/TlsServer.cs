using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace ActorEtcd.Host.Tls;

/// <summary>
/// What a listening port needs to speak TLS: the certificate, read again when its files change, and the judgement of
/// clients' certificates.
/// </summary>
public sealed class TlsServer
{
    private readonly TlsFiles _files;
    private readonly FileWatch<SslStreamCertificateContext> _certificate;
    private readonly ClientVerifier? _clients;

    /// <exception cref="Config.ConfigException">A file is missing or no good.</exception>
    public TlsServer(TlsFiles files, TimeProvider time, ILogger logger)
    {
        _files = files;
        _certificate = new(
            [files.Certificate, files.Key],
            () => CertificateFiles.ReadCertificate(files.Certificate, files.Key),
            time,
            error => logger.LogError("the changed certificate is not used: {Reason}", error.Message));
        _ = _certificate.Current;
        _clients = files.RequireClientCertificate
            ? new ClientVerifier(
                files,
                time,
                error => logger.LogError("a changed file of TLS is not used: {Reason}", error.Message),
                reason => logger.LogWarning(new TlsRefusedException(reason), "rejected connection on client endpoint"))
            : null;
    }

    /// <summary>Whether a client that is let in has presented a certificate, whose common name is a user's.</summary>
    public bool VerifiesClients => _clients is not null;

    public X509Certificate2 Certificate => _certificate.Current.TargetCertificate;

    /// <summary>For one handshake: HTTP/2 for those who can, HTTP/1.1 for the others.</summary>
    public SslServerAuthenticationOptions OptionsForHandshake() => new()
    {
        ServerCertificateContext = _certificate.Current,
        EnabledSslProtocols = _files.Protocol.Versions,
        CipherSuitesPolicy = _files.Protocol.CipherSuites,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        ClientCertificateRequired = _clients is not null,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = _clients is null
            ? null
            : (_, certificate, chain, _) => _clients.IsAcceptable(certificate, chain),
    };
}
