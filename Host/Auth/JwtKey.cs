using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Auth;

/// <summary>
/// A key of one of the signature methods of JSON web tokens (RFC 7518 and RFC 8037), from PEM as etcd takes it.
/// </summary>
internal sealed class JwtKey
{
    private readonly Func<byte[], byte[]>? _sign;
    private readonly Func<byte[], byte[], bool> _verify;

    // Keys of OpenSSL are not made for several threads at once.
    private readonly Lock _lock = new();

    private JwtKey(string method, Func<byte[], byte[]>? sign, Func<byte[], byte[], bool> verify)
    {
        Method = method;
        _sign = sign;
        _verify = verify;
    }

    /// <summary>The name of the method, such as RS256.</summary>
    public string Method { get; }

    public bool CanSign => _sign is not null;

    /// <exception cref="ConfigException">The method is unknown, or a key is missing, unreadable or of another kind.</exception>
    public static JwtKey Load(string method, byte[] publicKey, byte[] privateKey)
    {
        try
        {
            return method switch
            {
                "HS256" or "HS384" or "HS512" => Hmac(method, privateKey),
                "RS256" or "RS384" or "RS512" => Rsa(method, publicKey, privateKey, RSASignaturePadding.Pkcs1),
                "PS256" or "PS384" or "PS512" => Rsa(method, publicKey, privateKey, RSASignaturePadding.Pss),
                "ES256" or "ES384" or "ES512" => Ecdsa(method, publicKey, privateKey),
                "EdDSA" => EdDsa(method, publicKey, privateKey),
                _ => throw new ConfigException($"unknown signature method \"{method}\""),
            };
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new ConfigException($"a key cannot be read as one of {method}: {error.Message}");
        }
    }

    public byte[] Sign(byte[] data)
    {
        lock (_lock)
        {
            return _sign!(data);
        }
    }

    public bool Verify(byte[] data, byte[] signature)
    {
        lock (_lock)
        {
            return _verify(data, signature);
        }
    }

    private static JwtKey Hmac(string method, byte[] key)
    {
        if (key.Length == 0)
        {
            throw Missing();
        }

        var hash = HashOf(method);
        return new JwtKey(method, Mac, (data, signature) => CryptographicOperations.FixedTimeEquals(Mac(data), signature));

        byte[] Mac(byte[] data) => CryptographicOperations.HmacData(hash, key, data);
    }

    private static JwtKey Rsa(string method, byte[] publicKey, byte[] privateKey, RSASignaturePadding padding)
    {
        var hash = HashOf(method);
        var full = privateKey.Length == 0 ? null : Import(RSA.Create(), privateKey);
        var open = publicKey.Length == 0 ? null : CertificateOf(publicKey)?.GetRSAPublicKey() ?? Import(RSA.Create(), publicKey);
        CheckPair(full?.ExportSubjectPublicKeyInfo(), open?.ExportSubjectPublicKeyInfo());
        var verifier = full ?? open!;
        return new JwtKey(
            method,
            full is null ? null : data => full.SignData(data, hash, padding),
            (data, signature) => verifier.VerifyData(data, signature, hash, padding));
    }

    private static JwtKey Ecdsa(string method, byte[] publicKey, byte[] privateKey)
    {
        var hash = HashOf(method);
        var full = privateKey.Length == 0 ? null : Import(ECDsa.Create(), privateKey);
        var open = publicKey.Length == 0 ? null : CertificateOf(publicKey)?.GetECDsaPublicKey() ?? Import(ECDsa.Create(), publicKey);
        CheckPair(full?.ExportSubjectPublicKeyInfo(), open?.ExportSubjectPublicKeyInfo());
        var verifier = full ?? open!;
        var bits = method switch { "ES256" => 256, "ES384" => 384, _ => 521 };
        return verifier.KeySize == bits
            ? new JwtKey(
                method,
                full is null ? null : data => full.SignData(data, hash),
                (data, signature) => verifier.VerifyData(data, signature, hash))
            : throw new ConfigException($"{method} needs a curve of {bits} bits; the key's has {verifier.KeySize}");
    }

    private static JwtKey EdDsa(string method, byte[] publicKey, byte[] privateKey)
    {
        if (!Ed25519.IsAvailable)
        {
            throw new ConfigException($"{method} needs OpenSSL 3 (libcrypto.so.3), which is not installed");
        }

        var full = privateKey.Length == 0 ? null : Ed25519.FromPrivateKey(Document(privateKey, "PRIVATE KEY"));
        var open = publicKey.Length == 0
            ? null
            : Ed25519.FromPublicKey(CertificateOf(publicKey)?.PublicKey.ExportSubjectPublicKeyInfo() ?? Document(publicKey, "PUBLIC KEY"));
        CheckPair(full?.PublicKey(), open?.PublicKey());
        var verifier = full ?? open!;
        return new JwtKey(
            method,
            full is null ? null : data => full.Sign(data),
            (data, signature) => verifier.Verify(data, signature));
    }

    private static byte[] Document(byte[] pem, string label)
    {
        var text = Encoding.UTF8.GetString(pem);
        var found = PemEncoding.Find(text);
        return text[found.Label] == label
            ? Convert.FromBase64String(text[found.Base64Data])
            : throw new CryptographicException($"it is a {text[found.Label]}, not a {label}");
    }

    private static T Import<T>(T key, byte[] pem)
        where T : AsymmetricAlgorithm
    {
        key.ImportFromPem(Encoding.UTF8.GetString(pem));
        return key;
    }

    private static X509Certificate2? CertificateOf(byte[] pem)
    {
        var text = Encoding.UTF8.GetString(pem);
        return text.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal) ? X509Certificate2.CreateFromPem(text) : null;
    }

    private static void CheckPair(byte[]? full, byte[]? open)
    {
        if (full is null && open is null)
        {
            throw Missing();
        }

        if (full is not null && open is not null && !full.AsSpan().SequenceEqual(open))
        {
            throw new ConfigException("public and private keys don't match");
        }
    }

    private static ConfigException Missing() => new("missing key data");

    private static HashAlgorithmName HashOf(string method) => new("SHA" + method[2..]);
}
