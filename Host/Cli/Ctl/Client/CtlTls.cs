using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorEtcd.Host.Cli.Ctl.Text;

namespace ActorEtcd.Host.Cli.Ctl.Client;

/// <summary>The client's side of TLS: whom it trusts and who it is.</summary>
internal sealed class CtlTls
{
    private readonly X509Certificate2Collection? _roots;
    private readonly X509Certificate2? _own;
    private readonly string _serverName;
    private readonly bool _skipsVerification;

    private CtlTls(
        X509Certificate2Collection? roots, X509Certificate2? own, string serverName, bool skipsVerification, bool isDefault)
    {
        IsDefault = isDefault;
        _roots = roots;
        _own = own;
        _serverName = serverName;
        _skipsVerification = skipsVerification;
    }

    /// <summary>True: endpoints without a scheme are reached by TLS.</summary>
    public bool IsDefault { get; }

    /// <summary>Reads the files; an empty name stands for no file.</summary>
    /// <exception cref="CtlException">A file is missing or holds something else.</exception>
    public static CtlTls Load(
        string certificate, string key, string roots, string serverName, bool skipsVerification, bool isDefault)
    {
        if ((certificate.Length == 0) != (key.Length == 0))
        {
            throw CtlException.BadArguments($"KeyFile and CertFile must both be present[key: {key}, cert: {certificate}]");
        }

        X509Certificate2? own = null;
        if (certificate.Length > 0)
        {
            own = Read(certificate, () => X509Certificate2.CreateFromPem(ReadFile(certificate), ReadFile(key)));
        }

        X509Certificate2Collection? trusted = null;
        if (roots.Length > 0)
        {
            trusted = [];
            string pem = ReadFile(roots);
            Read(roots, () =>
            {
                trusted.ImportFromPem(pem);
                return trusted;
            });
        }

        return new CtlTls(trusted, own, serverName, skipsVerification, isDefault);
    }

    public SslClientAuthenticationOptions OptionsFor(string host)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = _serverName.Length > 0 ? _serverName : host,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (_own != null)
        {
            options.ClientCertificateContext = SslStreamCertificateContext.Create(_own, additionalCertificates: null, offline: true);
        }

        if (_skipsVerification)
        {
            options.RemoteCertificateValidationCallback = (_, _, _, _) => _skipsVerification;
        }
        else if (_roots != null)
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.AddRange(_roots);
            options.CertificateChainPolicy = policy;
        }

        return options;
    }

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CtlException.BadArguments(FileFailure.Of(failure, path));
        }
    }

    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw CtlException.BadArguments($"{path}: {failure.Message}");
        }
    }
}
