using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ActorEtcd.Auth;
using ActorEtcd.Host.Auth;
using ActorEtcd.Host.Config;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Auth;

public sealed class JwtTokensSpec : IDisposable
{
    private static readonly Vector[] SignedVectors =
    [
        new(
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
        new(
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ];

    private readonly StoppedClock _clock = new();
    private readonly TempDir _dir = new();

    public void Dispose() => _dir.Dispose();

    [Theory]
    [InlineData("HS256")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    [InlineData("EdDSA")]
    public void Token_names_its_user_and_revision_until_its_time_is_over(string method)
    {
        var (publicKey, privateKey) = KeysOf(method);
        var tokens = Tokens($"jwt,priv-key={privateKey},sign-method={method},ttl=1m");
        var token = tokens.Sign("ü", 17);

        Assert.Equal(new AuthInfo("ü", 17), tokens.Find(token, 99));
        Assert.Null(tokens.Find(token[..^4] + "AAAA", 99));
        Assert.Null(tokens.Find(Forged(token, """{"username":"root","revision":17}"""), 99));
        if (method[0] != 'H')
        {
            var other = Tokens($"jwt,pub-key={publicKey},sign-method={method}");
            Assert.Equal(new AuthInfo("ü", 17), other.Find(token, 99));
            Assert.Equal(EtcdError.VerifyOnly, Assert.Throws<EtcdException>(() => other.Sign("u", 1)).Error);
        }

        _clock.Pass(TimeSpan.FromSeconds(61));
        Assert.Null(tokens.Find(token, 99));
    }

    [Fact]
    public void Token_does_not_choose_how_it_is_verified()
    {
        var (publicKey, privateKey) = KeysOf("RS256");
        var tokens = Tokens($"jwt,pub-key={publicKey},priv-key={privateKey},sign-method=RS256");
        var claims = Encode("""{"username":"root","revision":1}""");

        Assert.Null(tokens.Find($"{Encode("""{"alg":"none"}""")}.{claims}.", 1));
        var signed = $"{Encode("""{"alg":"HS256"}""")}.{claims}";
        var mac = HMACSHA256.HashData(File.ReadAllBytes(publicKey), Encoding.ASCII.GetBytes(signed));
        Assert.Null(tokens.Find($"{signed}.{Base64Url.EncodeToString(mac)}", 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("abc.17")]
    [InlineData("e30.e30.e30")]
    [InlineData("bnVsbA.bnVsbA.bnVsbA")]
    [InlineData("é.é.é")]
    public void What_is_no_token_is_nobodys(string token)
    {
        var (_, key) = KeysOf("HS256");
        Assert.Null(Tokens($"jwt,priv-key={key},sign-method=HS256").Find(token, 1));
    }

    [Theory]
    [InlineData("""{"revision":1}""")]
    [InlineData("""{"username":"u"}""")]
    [InlineData("""{"username":1,"revision":1}""")]
    [InlineData("""{"username":"u","revision":"1"}""")]
    [InlineData("""{"username":"u","revision":-1}""")]
    [InlineData("[]")]
    public void Signed_claims_that_name_no_user_or_revision_are_nobodys(string claims)
    {
        var (_, path) = KeysOf("HS256");
        var signed = $"{Encode("""{"alg":"HS256"}""")}.{Encode(claims)}";
        var mac = HMACSHA256.HashData(File.ReadAllBytes(path), Encoding.ASCII.GetBytes(signed));
        Assert.Null(Tokens($"jwt,priv-key={path},sign-method=HS256").Find($"{signed}.{Base64Url.EncodeToString(mac)}", 1));
    }

    [Theory]
    [InlineData("other", "expected simple or jwt")]
    [InlineData("jwt", "unknown signature method")]
    [InlineData("jwt,sign-method=RS256", "missing key data")]
    [InlineData("jwt,sign-method=HS256", "missing key data")]
    [InlineData("jwt,sign-method=EdDSA", "missing key data")]
    [InlineData("jwt,sign-method=eddsa", "unknown signature method")]
    [InlineData("jwt,sign-method=RS256,sign-method=RS256", "comes twice")]
    [InlineData("jwt,sign-method", "no option")]
    [InlineData("jwt,sign-method=RS256,ttl=x", "no duration")]
    [InlineData("jwt,sign-method=RS256,pub-key=/nowhere/at/all", "/nowhere/at/all")]
    public void Options_that_cannot_be_used_are_refused_with_the_reason(string text, string reason)
        => Assert.Contains(reason, Assert.Throws<ConfigException>(() => Tokens(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Keys_that_do_not_belong_together_are_refused()
    {
        var (publicKey, _) = KeysOf("ES256");
        var (_, privateKey) = KeysOf("ES256");
        var error = Assert.Throws<ConfigException>(() => Tokens($"jwt,pub-key={publicKey},priv-key={privateKey},sign-method=ES256"));
        Assert.Contains("don't match", error.Message, StringComparison.Ordinal);
        var (_, rsa) = KeysOf("RS256");
        Assert.Throws<ConfigException>(() => Tokens($"jwt,priv-key={rsa},sign-method=ES256"));
    }

    [Fact]
    public void Ed25519_keys_of_other_kinds_and_other_pairs_are_refused()
    {
        var (publicKey, privateKey) = KeysOf("EdDSA");
        Refused($"pub-key={Write(SignedVectors[1].PublicPem)},priv-key={privateKey}", "don't match");
        Refused($"priv-key={publicKey}", "not a PRIVATE KEY");
        Refused($"pub-key={privateKey}", "not a PUBLIC KEY");
        Refused($"priv-key={KeysOf("ES256").Private}", "not Ed25519");
        Refused($"pub-key={KeysOf("ES256").Public}", "not Ed25519");
        Refused($"priv-key={Write("no key")}", "EdDSA");
        Refused($"priv-key={Write(PemEncoding.WriteString("PRIVATE KEY", [0x30, 0x00]))}", "no private key");

        void Refused(string keys, string reason)
        {
            var error = Assert.Throws<ConfigException>(() => Tokens($"jwt,{keys},sign-method=EdDSA"));
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>The first tests of RFC 8032, section 7.1: secret key, public key, message, signature.</summary>
    [Fact]
    public void Ed25519_signs_as_its_standard_says()
    {
        foreach (var vector in SignedVectors)
        {
            using var key = Ed25519.FromPrivateKey(vector.Private);
            using var open = Ed25519.FromPublicKey(vector.Public);
            Assert.Equal(Convert.FromHexString(vector.Signature), key.Sign(Convert.FromHexString(vector.Message)));
            Assert.True(open.Verify(Convert.FromHexString(vector.Message), Convert.FromHexString(vector.Signature)));
            Assert.False(open.Verify("other"u8, Convert.FromHexString(vector.Signature)));
            Assert.False(open.Verify(Convert.FromHexString(vector.Message), Convert.FromHexString(vector.Signature).AsSpan(..^1)));
            Assert.False(open.Verify(Convert.FromHexString(vector.Message), []));
        }
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string Forged(string token, string claims)
    {
        var parts = token.Split('.');
        return $"{parts[0]}.{Encode(claims)}.{parts[2]}";
    }

    private IAuthTokens Tokens(string text) => TokenOptions.Parse(text, TimeSpan.FromMinutes(5), _clock);

    private (string Public, string Private) KeysOf(string method)
    {
        switch (method[..2])
        {
            case "HS":
                var secret = Write(RandomNumberGenerator.GetHexString(32));
                return (secret, secret);
            case "Ed":
                return (Write(SignedVectors[0].PublicPem), Write(SignedVectors[0].PrivatePem));
            case "ES":
                using (var key = ECDsa.Create(method switch
                {
                    "ES256" => ECCurve.NamedCurves.nistP256,
                    "ES384" => ECCurve.NamedCurves.nistP384,
                    _ => ECCurve.NamedCurves.nistP521,
                }))
                {
                    return (Write(key.ExportSubjectPublicKeyInfoPem()), Write(key.ExportPkcs8PrivateKeyPem()));
                }

            default:
                using (var key = RSA.Create(2048))
                {
                    return (Write(key.ExportSubjectPublicKeyInfoPem()), Write(key.ExportRSAPrivateKeyPem()));
                }
        }
    }

    private string Write(string text)
    {
        var path = Path.Combine(_dir.Path, Path.GetRandomFileName());
        File.WriteAllText(path, text);
        return path;
    }

    private sealed record Vector(string Secret, string Open, string Message, string Signature)
    {
        public byte[] Private => Convert.FromHexString("302e020100300506032b657004220420" + Secret);

        public byte[] Public => Convert.FromHexString("302a300506032b6570032100" + Open);

        public string PrivatePem => PemEncoding.WriteString("PRIVATE KEY", Private);

        public string PublicPem => PemEncoding.WriteString("PUBLIC KEY", Public);
    }
}
