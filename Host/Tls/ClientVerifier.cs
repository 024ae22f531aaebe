using System.Net.Security;
using System.Numerics;
using System.Security.Cryptography.X509Certificates;

namespace ActorEtcd.Host.Tls;

/// <summary>Judges the certificates of those who connect. A refusal is logged with its reason; the client sees the connection end, since .NET sends no alerts on Linux.</summary>
internal sealed class ClientVerifier
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly FileWatch<X509Certificate2Collection>? _authorities;
    private readonly FileWatch<IReadOnlySet<BigInteger>>? _revoked;
    private readonly IReadOnlyList<string> _hostnames;
    private readonly Action<string> _refused;

    /// <summary>Reads the files once, so that a wrong one is found at the start.</summary>
    public ClientVerifier(TlsFiles files, TimeProvider time, Action<Exception> rejected, Action<string> refused)
    {
        _refused = refused;
        _hostnames = files.AllowedHostnames ?? [];
        if (files.TrustedAuthorities is { } authorities)
        {
            _authorities = new([authorities], () => CertificateFiles.ReadAuthorities(authorities), time, rejected);
            _ = _authorities.Current;
        }

        if (files.RevocationList is { } revoked)
        {
            _revoked = new([revoked], () => CertificateFiles.ReadRevoked(revoked), time, rejected);
            _ = _revoked.Current;
        }
    }

    public bool IsAcceptable(X509Certificate? certificate, X509Chain? offered)
    {
        var reason = certificate is X509Certificate2 presented
            ? ReasonAgainst(presented, offered)
            : "tls: client didn't provide a certificate";
        if (reason is not null)
        {
            _refused(reason);
        }

        return reason is null;
    }

    private string? ReasonAgainst(X509Certificate2 presented, X509Chain? offered)
    {
        using var chain = ChainFor(offered);
        if (!chain.Build(presented))
        {
            return $"tls: failed to verify certificate: x509: {Fault(chain.ChainStatus)} ({presented.Subject})";
        }

        if (_revoked?.Current is { } revoked
            && chain.ChainElements.FirstOrDefault(element => revoked.Contains(SerialOf(element.Certificate))) is { } hit)
        {
            return $"tls: the certificate of {hit.Certificate.Subject} is revoked";
        }

        return _hostnames.Count == 0 || _hostnames.Any(name => presented.MatchesHostname(name, allowCommonName: false))
            ? null
            : $"client certificate authentication failed: the certificate of {presented.Subject} is not made out to {string.Join(" or ", _hostnames)}";
    }

    // Go's words for the two that everybody meets.
    private static string Fault(X509ChainStatus[] found)
    {
        var all = found.Aggregate(X509ChainStatusFlags.NoError, static (flags, status) => flags | status.Status);
        return (all & X509ChainStatusFlags.NotTimeValid) != 0 ? "certificate has expired or is not yet valid"
            : (all & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0 ? "certificate signed by unknown authority"
            : string.Join("; ", found.Select(static status => status.StatusInformation.Trim()));
    }

    private X509Chain ChainFor(X509Chain? offered)
    {
        var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid(ClientAuthentication));
        if (_authorities is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(_authorities.Current);
        }

        foreach (var element in offered?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain;
    }

    private static BigInteger SerialOf(X509Certificate2 certificate)
        => new(certificate.SerialNumberBytes.Span, isUnsigned: false, isBigEndian: true);
}
