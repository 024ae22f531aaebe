using System.Net.Security;
using System.Numerics;
using System.Security.Cryptography.X509Certificates;

namespace ActorEtcd.Host.Tls;

/// <summary>Judges the certificates of those who connect. A refusal is logged with its reason; the client sees an alert.</summary>
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
            : "the client presented no certificate";
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
            var why = string.Join("; ", chain.ChainStatus.Select(static status => status.StatusInformation.Trim()));
            return $"the certificate of {presented.Subject} is not accepted: {why}";
        }

        if (_revoked?.Current is { } revoked
            && chain.ChainElements.FirstOrDefault(element => revoked.Contains(SerialOf(element.Certificate))) is { } hit)
        {
            return $"the certificate of {hit.Certificate.Subject} is revoked";
        }

        return _hostnames.Count == 0 || _hostnames.Any(name => presented.MatchesHostname(name, allowCommonName: false))
            ? null
            : $"the certificate of {presented.Subject} is not made out to {string.Join(" or ", _hostnames)}";
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
