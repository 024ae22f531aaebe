using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Event;
using Akka.Remote.Transport.DotNetty;

namespace Akka.Remote.Transport.Tcp;

/// <summary>
/// This system's certificate and how the other end's is judged. Both ends present the same certificate whether
/// they call or answer.
/// </summary>
internal sealed class TlsSettings
{
    private const string CommonNameOid = "2.5.4.3";

    private readonly SslStreamCertificateContext _given;
    private readonly TlsFiles _files;
    private readonly ILoggingAdapter _log;
    private readonly bool _suppressValidation;
    private readonly bool _requireClientCertificate;
    private readonly SslProtocols _protocols;
    private readonly string[] _commonNames;
    private readonly string[] _hostNames;

    public TlsSettings(ExtendedActorSystem system, Config config)
    {
        if (config.IsNullOrEmpty())
        {
            throw ConfigurationException.NullOrEmptyConfig<TlsSettings>("akka.remote.dot-netty.tcp.ssl");
        }

        _log = Logging.GetLogger(system, typeof(TlsSettings));
        _files = new TlsFiles(system, config);
        var path = config.GetString("certificate.path");
        var setup = system.Settings.Setup.Get<DotNettySslSetup>();
        if (!string.IsNullOrWhiteSpace(path))
        {
            _given = Alone(X509CertificateLoader.LoadPkcs12FromFile(path, config.GetString("certificate.password")));
            _suppressValidation = config.GetBoolean("suppress-validation");
        }
        else if (setup.HasValue)
        {
            _given = Alone(setup.Value.Certificate);
            _suppressValidation = setup.Value.SuppressValidation;
        }
        else if (_files.HasCertificate)
        {
            _suppressValidation = config.GetBoolean("suppress-validation");
        }
        else
        {
            throw new ConfigurationException(
                "akka.remote.dot-netty.tcp.enable-ssl is on, but ssl.certificate.path is empty and there is no DotNettySslSetup");
        }

        _requireClientCertificate = config.GetBoolean("require-mutual-authentication", true) && !_suppressValidation;
        _commonNames = [.. config.GetStringList("allowed-common-names")];
        _hostNames = [.. config.GetStringList("allowed-host-names")];
        _protocols = config.GetString("protocols") is { Length: > 0 } protocols ? Enum.Parse<SslProtocols>(protocols) : SslProtocols.None;
    }

    public async Task<Stream> AuthenticateAsClient(Stream inner, string host, CancellationToken cancellation)
    {
        var files = _files.Current();
        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                EnabledSslProtocols = _protocols,
                ClientCertificateContext = files.Certificate ?? _given,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    IsAcceptable(files, "its server", certificate, chain, errors),
            },
            cancellation).ConfigureAwait(false);
        return stream;
    }

    public async Task<Stream> AuthenticateAsServer(Stream inner, CancellationToken cancellation)
    {
        var files = _files.Current();
        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        await stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                EnabledSslProtocols = _protocols,
                ServerCertificateContext = files.Certificate ?? _given,
                ClientCertificateRequired = _requireClientCertificate,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    !_requireClientCertificate || IsAcceptable(files, "a peer that connects", certificate, chain, errors),
            },
            cancellation).ConfigureAwait(false);
        return stream;
    }

    private static SslStreamCertificateContext Alone(X509Certificate2 certificate) =>
        SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);

    private bool IsAcceptable(TlsFiles.Content files, string whose, X509Certificate certificate, X509Chain chain, SslPolicyErrors errors)
    {
        if (_suppressValidation)
        {
            return true;
        }

        var reason = ReasonAgainst(files, certificate as X509Certificate2, chain, errors);
        if (reason is not null)
        {
            _log.Warning("rejected connection on peer endpoint: the certificate of {0}: {1}", whose, reason);
        }

        return reason is null;
    }

    private string ReasonAgainst(TlsFiles.Content files, X509Certificate2 presented, X509Chain offered, SslPolicyErrors errors)
    {
        if (presented is null)
        {
            return "there is none";
        }

        var others = files.Trusted is null ? errors : errors & ~SslPolicyErrors.RemoteCertificateChainErrors;
        if (others != SslPolicyErrors.None)
        {
            return $"{presented.Subject}: {others}";
        }

        if (files.Trusted is not null && FaultOfChain(files.Trusted, presented, offered) is { } fault)
        {
            return $"{presented.Subject}: {fault}";
        }

        if (files.IsRevoked(presented))
        {
            return $"{presented.Subject} is revoked";
        }

        if (_commonNames.Length > 0 && !_commonNames.Contains(CommonNameOf(presented)))
        {
            return $"{presented.Subject} has none of the common names {string.Join(", ", _commonNames)}";
        }

        return _hostNames.Length == 0 || Array.Exists(_hostNames, name => presented.MatchesHostname(name, allowCommonName: false))
            ? null
            : $"{presented.Subject} is made out to none of {string.Join(", ", _hostNames)}";
    }

    private static string CommonNameOf(X509Certificate2 certificate) => certificate.SubjectName.EnumerateRelativeDistinguishedNames()
        .Where(static part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonNameOid)
        .Select(static part => part.GetSingleElementValue())
        .FirstOrDefault();

    private static string FaultOfChain(X509Certificate2Collection trusted, X509Certificate2 presented, X509Chain offered)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (offered is not null)
        {
            foreach (var element in offered.ChainElements)
            {
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            }
        }

        return chain.Build(presented)
            ? null
            : string.Join("; ", chain.ChainStatus.Select(static status => status.StatusInformation.Trim()));
    }
}
