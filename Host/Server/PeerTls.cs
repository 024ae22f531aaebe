using System.Security.Cryptography.X509Certificates;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Tls;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Remote.Transport.DotNetty;

namespace ActorEtcd.Host.Server;

/// <summary>
/// TLS between members: Akka.Remote's own, with the certificate from etcd's flags. Members show the same certificate
/// whether they call or answer. Files that change are used from the next connection on, with the subset of Akka.Remote.
/// </summary>
internal static class PeerTls
{
    // Stands in the subset's own reference.conf alone.
    private const string KnowsRules = "akka.remote.dot-netty.tcp.ssl.knows-peer-rules";

    /// <summary>The setup of an actor system that reaches other members.</summary>
    /// <exception cref="ConfigException">A file of TLS is missing or no good.</exception>
    public static ActorSystemSetup SetupOf(ServerOptions options, Akka.Configuration.Config config)
    {
        if (!options.ListenPeerUrls[0].IsTls)
        {
            return ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config));
        }

        var files = FilesOf(options);
        var certificate = CertificateFiles.ReadCertificate(files.Certificate, files.Key).TargetCertificate;
        return ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(ConfigOf(options, files).WithFallback(config)),
            new DotNettySslSetup(certificate, suppressValidation: options.PeerAutoTls));
    }

    /// <summary>Akka.NET's own packages know certificate and key alone: what they would leave unchecked is refused.</summary>
    /// <exception cref="ConfigException">A rule is asked for that this system's remoting does not know.</exception>
    public static void CheckRules(ServerOptions options, ActorSystem system)
    {
        if (options.PeerTls is { } files
            && (files.RevocationList is not null || files.AllowedHostnames is { Count: > 0 } || files.AllowedCommonNames is { Count: > 0 })
            && !system.Settings.Config.GetBoolean(KnowsRules))
        {
            throw new ConfigException(
                "--peer-crl-file, --peer-cert-allowed-cn and --peer-cert-allowed-hostname are not known to this build's Akka.Remote");
        }
    }

    private static TlsFiles FilesOf(ServerOptions options)
    {
        if (options.PeerTls is { } given)
        {
            return given;
        }

        var (certificate, key) = SelfSignedCertificate.EnsureIn(
            Path.Combine(options.DataDirectory, "fixtures", "peer"),
            options.ListenPeerUrls.Select(static url => url.Host),
            options.SelfSignedYears,
            TimeProvider.System);
        return new TlsFiles(certificate, key) { Protocol = options.TlsProtocol };
    }

    private static Akka.Configuration.Config ConfigOf(ServerOptions options, TlsFiles files)
    {
        if (files.TrustedAuthorities is { } path)
        {
            // So that a wrong file is a line at the start and not a transport that cannot be made.
            _ = CertificateFiles.ReadAuthorities(path);
        }

        if (files.RevocationList is { } list)
        {
            _ = CertificateFiles.ReadRevoked(list);
        }

        return ConfigurationFactory.ParseString($$"""
            akka.remote.dot-netty.tcp {
              enable-ssl = true
              ssl {
                suppress-validation = {{(options.PeerAutoTls ? "on" : "off")}}
                require-mutual-authentication = {{(files.RequireClientCertificate ? "on" : "off")}}
                trusted-ca-path = "{{AkkaConfig.Escape(files.TrustedAuthorities ?? string.Empty)}}"
                pem-certificate-path = "{{AkkaConfig.Escape(files.Certificate)}}"
                pem-key-path = "{{AkkaConfig.Escape(files.Key)}}"
                revocation-list-path = "{{AkkaConfig.Escape(files.RevocationList ?? string.Empty)}}"
                allowed-common-names = [{{Quoted(files.AllowedCommonNames)}}]
                allowed-host-names = [{{Quoted(files.AllowedHostnames)}}]
                protocols = "{{files.Protocol.Versions}}"
              }
            }
            """);
    }

    private static string Quoted(IReadOnlyList<string>? texts)
        => string.Join(", ", (texts ?? []).Select(static text => $"\"{AkkaConfig.Escape(text)}\""));
}
