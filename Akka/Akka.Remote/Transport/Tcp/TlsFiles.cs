using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Event;

namespace Akka.Remote.Transport.Tcp;

/// <summary>
/// What TLS needs from files in PEM form. Every handshake looks whether one of them has changed; the content that was good
/// last is used while the new is not.
/// </summary>
internal sealed class TlsFiles
{
    private readonly object _gate = new();
    private readonly ILoggingAdapter _log;
    private readonly string _certificatePath;
    private readonly string _keyPath;
    private readonly string _trustedPath;
    private readonly string _revokedPath;
    private (DateTime Written, long Length)[] _seen;
    private Content _content;

    /// <summary>Reads the files once; one that is no good keeps the system from starting.</summary>
    public TlsFiles(ExtendedActorSystem system, Config config)
    {
        _log = Logging.GetLogger(system, typeof(TlsFiles));
        _certificatePath = PathOf(config, "pem-certificate-path");
        _keyPath = PathOf(config, "pem-key-path");
        _trustedPath = PathOf(config, "trusted-ca-path");
        _revokedPath = PathOf(config, "revocation-list-path");
        _seen = Look();
        _content = Read();
    }

    /// <summary>Whether the system's certificate is one of the files.</summary>
    public bool HasCertificate => _certificatePath is not null;

    /// <summary>What the files hold now.</summary>
    public Content Current()
    {
        lock (_gate)
        {
            var seen = Look();
            if (seen.SequenceEqual(_seen))
            {
                return _content;
            }

            _seen = seen;
            try
            {
                _content = Read();
                _log.Info("Files of TLS have changed and are used from now on");
            }
            catch (Exception error)
            {
                _log.Warning("Files of TLS have changed and are not used: {0}", error.Message);
            }

            return _content;
        }
    }

    private static string PathOf(Config config, string key)
    {
        var path = config.GetString(key);
        return string.IsNullOrWhiteSpace(path) ? null : path;
    }

    private (DateTime Written, long Length)[] Look() =>
    [
        .. new[] { _certificatePath, _keyPath, _trustedPath, _revokedPath }.Where(path => path is not null).Select(path =>
        {
            var file = new FileInfo(path);
            return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        }),
    ];

    private Content Read()
    {
        X509Certificate2Collection trusted = null;
        if (_trustedPath is not null)
        {
            trusted = [];
            trusted.ImportFromPemFile(_trustedPath);
        }

        return new Content(ReadCertificate(), trusted, _revokedPath is null ? null : ReadRevoked());
    }

    private SslStreamCertificateContext ReadCertificate()
    {
        if (_certificatePath is null)
        {
            return null;
        }

        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_certificatePath);
        chain.RemoveAt(0);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(_certificatePath, _keyPath), chain, offline: true);
    }

    private CertificateRevocationListBuilder ReadRevoked()
    {
        var bytes = File.ReadAllBytes(_revokedPath);
        var text = System.Text.Encoding.ASCII.GetString(bytes);
        return text.Contains("-----BEGIN", StringComparison.Ordinal)
            ? CertificateRevocationListBuilder.LoadPem(text, out _)
            : CertificateRevocationListBuilder.Load(bytes, out _);
    }

    /// <summary>The files' content at one moment; parts that no file is named for are null.</summary>
    internal sealed class Content(
        SslStreamCertificateContext certificate, X509Certificate2Collection trusted, CertificateRevocationListBuilder revoked)
    {
        public SslStreamCertificateContext Certificate => certificate;

        public X509Certificate2Collection Trusted => trusted;

        public bool IsRevoked(X509Certificate2 presented)
        {
            if (revoked is null)
            {
                return false;
            }

            // The builder tells whether a number is in its list only by taking it out.
            var serial = presented.SerialNumberBytes.ToArray();
            lock (revoked)
            {
                if (!revoked.RemoveEntry(serial))
                {
                    return false;
                }

                revoked.AddEntry(serial);
                return true;
            }
        }
    }
}
