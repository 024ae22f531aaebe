using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Akka.Remote.Transport.DotNetty;

namespace Akka.Remote.Transport.Tcp;

/// <summary>
/// This system's certificate and how the other end's is judged. Both ends present the same certificate whether
/// they call or answer.
/// </summary>
internal sealed class TlsSettings
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _trusted;
    private readonly bool _suppressValidation;
    private readonly bool _requireClientCertificate;

    public TlsSettings(ExtendedActorSystem system, Config config)
    {
        if (config.IsNullOrEmpty())
        {
            throw ConfigurationException.NullOrEmptyConfig<TlsSettings>("akka.remote.dot-netty.tcp.ssl");
        }

        var path = config.GetString("certificate.path");
        var setup = system.Settings.Setup.Get<DotNettySslSetup>();
        if (!string.IsNullOrWhiteSpace(path))
        {
            _certificate = X509CertificateLoader.LoadPkcs12FromFile(path, config.GetString("certificate.password"));
            _suppressValidation = config.GetBoolean("suppress-validation");
        }
        else if (setup.HasValue)
        {
            _certificate = setup.Value.Certificate;
            _suppressValidation = setup.Value.SuppressValidation;
        }
        else
        {
            throw new ConfigurationException(
                "akka.remote.dot-netty.tcp.enable-ssl is on, but ssl.certificate.path is empty and there is no DotNettySslSetup");
        }

        _requireClientCertificate = config.GetBoolean("require-mutual-authentication", true) && !_suppressValidation;
        var trusted = config.GetString("trusted-ca-path");
        if (!string.IsNullOrWhiteSpace(trusted))
        {
            _trusted = [];
            _trusted.ImportFromPemFile(trusted);
        }
    }

    public async Task<Stream> AuthenticateAsClient(Stream inner, string host, CancellationToken cancellation)
    {
        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                ClientCertificates = [_certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => _certificate,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    IsAcceptable(certificate, chain, errors),
            },
            cancellation).ConfigureAwait(false);
        return stream;
    }

    public async Task<Stream> AuthenticateAsServer(Stream inner, CancellationToken cancellation)
    {
        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        await stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = _certificate,
                ClientCertificateRequired = _requireClientCertificate,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    !_requireClientCertificate || IsAcceptable(certificate, chain, errors),
            },
            cancellation).ConfigureAwait(false);
        return stream;
    }

    private bool IsAcceptable(X509Certificate certificate, X509Chain chain, SslPolicyErrors errors)
    {
        if (_suppressValidation)
        {
            return true;
        }

        if (_trusted is null)
        {
            return errors == SslPolicyErrors.None;
        }

        return certificate is X509Certificate2 presented
            && (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None
            && IsSignedByTrusted(presented, chain);
    }

    private bool IsSignedByTrusted(X509Certificate2 presented, X509Chain offered)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (offered is not null)
        {
            foreach (var element in offered.ChainElements)
            {
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            }
        }

        return chain.Build(presented);
    }
}
