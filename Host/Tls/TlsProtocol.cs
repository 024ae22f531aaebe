using System.Collections.Frozen;
using System.Net.Security;
using System.Security.Authentication;
using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Tls;

/// <summary>The TLS versions and cipher suites that are spoken, on every port.</summary>
/// <param name="CipherSuites">Null for the platform's own choice.</param>
public sealed record TlsProtocol(SslProtocols Versions, CipherSuitesPolicy? CipherSuites)
{
    // Go, whose names etcd takes, leaves the hash out of two of them.
    private static readonly FrozenDictionary<string, TlsCipherSuite> Aliases = new Dictionary<string, TlsCipherSuite>
    {
        ["TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305"] = TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        ["TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305"] = TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    }.ToFrozenDictionary();

    // The suites of TLS 1.3 cannot be chosen in etcd: they are always on.
    private static readonly TlsCipherSuite[] OfTls13 =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
    ];

    /// <summary>TLS 1.2 and 1.3 with the platform's cipher suites.</summary>
    public static TlsProtocol Default { get; } = new(SslProtocols.Tls12 | SslProtocols.Tls13, null);

    /// <param name="suites">Comma-separated; empty for the platform's own choice.</param>
    /// <exception cref="ConfigException">A version or suite is unknown, or they do not fit together.</exception>
    public static TlsProtocol Parse(string min, string max, string suites)
    {
        var lowest = Version(min, SslProtocols.Tls12);
        var highest = Version(max, SslProtocols.Tls13);
        if (lowest > highest)
        {
            throw new ConfigException($"min version ({min}) is greater than max version ({max})");
        }

        var names = suites.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length > 0 && lowest == SslProtocols.Tls13)
        {
            throw new ConfigException("cipher suites cannot be configured when only TLS1.3 is enabled");
        }

        return new TlsProtocol(lowest | highest, names.Length == 0 ? null : Policy(names));
    }

    private static SslProtocols Version(string text, SslProtocols whenEmpty) => text switch
    {
        "" => whenEmpty,
        "TLS1.2" => SslProtocols.Tls12,
        "TLS1.3" => SslProtocols.Tls13,
        _ => throw new ConfigException($"unexpected TLS version \"{text}\" (must be one of: TLS1.2, TLS1.3)"),
    };

    private static CipherSuitesPolicy Policy(IEnumerable<string> names)
    {
        TlsCipherSuite[] suites = [.. names.Select(Suite), .. OfTls13];
#pragma warning disable CA1416 // The suites can be chosen where OpenSSL is, and refused elsewhere below.
        try
        {
            return new CipherSuitesPolicy(suites);
        }
        catch (PlatformNotSupportedException)
        {
            throw new ConfigException("--cipher-suites: this platform chooses the cipher suites itself");
        }
#pragma warning restore CA1416
    }

    private static TlsCipherSuite Suite(string name)
        => Aliases.TryGetValue(name, out var alias) ? alias
            : Enum.TryParse(name, out TlsCipherSuite suite) && Enum.IsDefined(suite) && !char.IsAsciiDigit(name[0]) ? suite
            : throw new ConfigException($"unexpected TLS cipher suite \"{name}\"");
}
