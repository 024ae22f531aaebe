using System.Formats.Asn1;
using System.Net.Security;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Tls;

/// <summary>Reads the files that TLS flags name. Every failure is one line with the file's name.</summary>
internal static class CertificateFiles
{
    private const string RevocationListLabel = "X509 CRL";

    /// <exception cref="ConfigException">A file is missing, unreadable, or does not hold a certificate with its key.</exception>
    public static SslStreamCertificateContext ReadCertificate(string certificatePath, string keyPath)
    {
        try
        {
            using var withoutKey = X509Certificate2.CreateFromPem(File.ReadAllText(certificatePath));
            var certificate = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificatePath);
            chain.RemoveAt(0);
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (Exception error) when (IsFault(error))
        {
            throw new ConfigException($"cannot use the certificate {certificatePath} with the key {keyPath}: {error.Message}");
        }
    }

    /// <exception cref="ConfigException">The file is missing, unreadable, or holds no certificate.</exception>
    public static X509Certificate2Collection ReadAuthorities(string path)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(path);
            return authorities.Count > 0 ? authorities : throw new CryptographicException("it holds no certificate in PEM form");
        }
        catch (Exception error) when (IsFault(error))
        {
            throw new ConfigException($"cannot use the trusted authorities in {path}: {error.Message}");
        }
    }

    /// <summary>The serial numbers of a revocation list in PEM or DER form (RFC 5280, section 5.1).</summary>
    /// <exception cref="ConfigException">The file is missing, unreadable, or no such list.</exception>
    public static IReadOnlySet<BigInteger> ReadRevoked(string path)
    {
        try
        {
            return ParseRevoked(Unwrap(File.ReadAllBytes(path)));
        }
        catch (Exception error) when (IsFault(error) || error is AsnContentException)
        {
            throw new ConfigException($"cannot use the revocation list {path}: {error.Message}");
        }
    }

    private static byte[] Unwrap(byte[] content)
    {
        var text = System.Text.Encoding.ASCII.GetString(content);
        return PemEncoding.TryFind(text, out var fields) && text[fields.Label] == RevocationListLabel
            ? Convert.FromBase64String(text[fields.Base64Data])
            : content;
    }

    private static HashSet<BigInteger> ParseRevoked(byte[] der)
    {
        var list = new AsnReader(der, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        if (list.PeekTag() == Asn1Tag.Integer)
        {
            list.ReadInteger(); // version
        }

        list.ReadSequence(); // signature algorithm
        list.ReadSequence(); // issuer
        list.ReadEncodedValue(); // this update
        var serials = new HashSet<BigInteger>();
        if (list.HasData && list.PeekTag() is { TagClass: TagClass.Universal, TagValue: (int)UniversalTagNumber.UtcTime or (int)UniversalTagNumber.GeneralizedTime })
        {
            list.ReadEncodedValue(); // next update
        }

        if (list.HasData && list.PeekTag() == Asn1Tag.Sequence)
        {
            var revoked = list.ReadSequence();
            while (revoked.HasData)
            {
                serials.Add(revoked.ReadSequence().ReadInteger());
            }
        }

        return serials;
    }

    private static bool IsFault(Exception error)
        => error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or FormatException;
}
