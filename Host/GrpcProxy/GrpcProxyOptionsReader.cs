using System.Security.Cryptography.X509Certificates;
using ActorEtcd.Host.Cli.Ctl;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Tls;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>Makes options of flags, with etcd's refusals.</summary>
internal static class GrpcProxyOptionsReader
{
    /// <param name="warn">Told of endpoints that are left out.</param>
    /// <exception cref="ConfigException">Values make no sense, or a file is missing.</exception>
    public static GrpcProxyOptions Read(FlagValues flags, Action<string> warn)
    {
        var listen = EtcdUrl.Parse("http://" + flags.Text("listen-addr"));
        var metrics = flags.TextOrNull("metrics-addr") is { } text ? EtcdUrl.Parse(text) : null;
        CheckResolver(flags);
        var listenTls = ListenTls(flags, listen.Host);
        return new GrpcProxyOptions
        {
            Listen = listen.ToBindEndPoint(),
            ListenTls = listenTls,
            MetricsListen = metrics?.ToBindEndPoint(),
            MetricsOverTls = metrics is { IsTls: true } && listenTls is not null,
            Endpoints = [.. EndpointsOf(flags, warn).Select(CtlEndpoint.Parse)],
            Tls = ClusterTls(flags, warn),
            AdvertiseClientUrl = flags.Text("advertise-client-url"),
            ResolverPrefix = flags.Text("resolver-prefix"),
            ResolverTtlSeconds = (int)flags.Number("resolver-ttl", int.MinValue, int.MaxValue),
            Namespace = flags.Text("namespace"),
            LeasingPrefix = flags.Text("experimental-leasing-prefix"),
            OrdersSerializableReads = flags.Switch("experimental-serializable-ordering"),
            SendBytesMax = BytesOrMost(flags, "max-send-bytes"),
            ReceiveBytesMax = BytesOrMost(flags, "max-recv-bytes"),
            AutoSyncInterval = flags.Duration("endpoints-auto-sync-interval"),
            DialKeepAliveTime = flags.Duration("dial-keepalive-time"),
            DialKeepAliveTimeout = flags.Duration("dial-keepalive-timeout"),
            PermitWithoutStream = flags.Switch("permit-without-stream"),
            KeepAliveMinTime = flags.Duration("grpc-keepalive-min-time"),
            KeepAliveInterval = OrInfinite(flags.Duration("grpc-keepalive-interval")),
            KeepAliveTimeout = OrInfinite(flags.Duration("grpc-keepalive-timeout")),
            MaxConcurrentStreams = (uint)flags.Number("max-concurrent-streams", 0, uint.MaxValue),
            ServesProfiles = flags.Switch("enable-pprof"),
            LogsCalls = flags.Switch("experimental-enable-grpc-logging"),
        };
    }

    private static void CheckResolver(FlagValues flags)
    {
        var ttl = flags.Number("resolver-ttl", int.MinValue, int.MaxValue);
        var prefix = flags.Text("resolver-prefix");
        if (prefix.Length > 0 && ttl < 1)
        {
            throw new ConfigException($"invalid resolver-ttl {ttl}");
        }

        if (prefix.Length == 0 && ttl > 0)
        {
            throw new ConfigException($"invalid resolver-prefix \"{prefix}\"");
        }

        if (prefix.Length > 0 && flags.Text("advertise-client-url").Length == 0)
        {
            throw new ConfigException("invalid advertise-client-url \"\"");
        }
    }

    private static int BytesOrMost(FlagValues flags, string name)
        => flags.Number(name, int.MinValue, int.MaxValue) is > 0 and var bytes ? (int)bytes : int.MaxValue;

    private static TimeSpan OrInfinite(TimeSpan time) => time == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : time;

    private static IReadOnlyList<string> EndpointsOf(FlagValues flags, Action<string> warn)
    {
        if (flags.TextOrNull("discovery-srv") is not { } domain)
        {
            return flags.List("endpoints") is { Count: > 0 } given ? given : throw new ConfigException("no endpoint is given");
        }

        try
        {
            return SrvEndpoints.Find(domain, flags.Text("discovery-srv-name"), flags.Switch("insecure-discovery"), warn) is { Count: > 0 } found
                ? found
                : flags.List("endpoints");
        }
        catch (CtlException failure)
        {
            throw new ConfigException(failure.Message);
        }
    }

    private static TlsFiles? ListenTls(FlagValues flags, string host)
    {
        var protocol = TlsProtocol.Parse(flags.Text("tls-min-version"), flags.Text("tls-max-version"), flags.Text("listen-cipher-suites"));
        var (certificate, key) = (flags.Text("cert-file"), flags.Text("key-file"));
        if (certificate.Length == 0 && key.Length == 0 && flags.Switch("auto-tls"))
        {
            var years = (int)flags.Number("self-signed-cert-validity", 0, 1000);
            if (years == 0)
            {
                throw new ConfigException("selfSignedCertValidity is invalid,it should be greater than 0");
            }

            (certificate, key) = SelfSignedCertificate.EnsureIn(
                Path.Combine(flags.Text("data-dir"), "fixtures", "proxy"), [host], years, TimeProvider.System);
        }

        return TlsFiles.Of(
            certificate, key, flags.Text("trusted-ca-file"), flags.Text("client-crl-file"), requireCertificate: false, [], [], protocol);
    }

    private static CtlTls? ClusterTls(FlagValues flags, Action<string> warn)
    {
        var (certificate, key, authorities) = (flags.Text("cert"), flags.Text("key"), flags.Text("cacert"));
        var skips = flags.Switch("insecure-skip-tls-verify");
        if (skips)
        {
            warn("--insecure-skip-tls-verify was given: the certificates of members are not verified");
        }

        if (certificate.Length == 0 && key.Length == 0 && authorities.Length == 0 && !skips)
        {
            return null;
        }

        try
        {
            var tls = CtlTls.Load(certificate, key, authorities, "", skips, isDefault: true);
            CheckNameless(certificate);
            return tls;
        }
        catch (CtlException failure)
        {
            throw new ConfigException(failure.Message);
        }
    }

    // A member takes the common name of a certificate for a user's: every client of the proxy would be that user.
    private static void CheckNameless(string certificate)
    {
        if (certificate.Length == 0)
        {
            return;
        }

        using var own = X509CertificateLoader.LoadCertificateFromFile(certificate);
        if (VerifiedClient.Of(own) is { CommonName.Length: > 0 } named)
        {
            throw new ConfigException($"cert has non empty Common Name ({named.CommonName}): {certificate}");
        }
    }
}
