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
/// whether they call or answer.
/// </summary>
internal static class PeerTls
{
    /// <summary>The setup of an actor system that reaches other members.</summary>
    /// <exception cref="ConfigException">A file of TLS is missing or no good.</exception>
    public static ActorSystemSetup SetupOf(ServerOptions options, Akka.Configuration.Config config)
    {
        if (!options.ListenPeerUrls[0].IsTls)
        {
            return ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config));
        }

        var files = FilesOf(options);
        if (files is not { RevocationList: null, AllowedHostnames: null or [], AllowedCommonNames: null or [] })
        {
            throw new ConfigException(
                "--peer-crl-file, --peer-cert-allowed-cn and --peer-cert-allowed-hostname are not served by this version");
        }

        var certificate = CertificateFiles.ReadCertificate(files.Certificate, files.Key).TargetCertificate;
        return ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(ConfigOf(options, files).WithFallback(config)),
            new DotNettySslSetup(certificate, suppressValidation: options.PeerAutoTls));
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

        return ConfigurationFactory.ParseString($$"""
            akka.remote.dot-netty.tcp {
              enable-ssl = true
              ssl {
                suppress-validation = {{(options.PeerAutoTls ? "on" : "off")}}
                require-mutual-authentication = {{(files.RequireClientCertificate ? "on" : "off")}}
                trusted-ca-path = "{{AkkaConfig.Escape(files.TrustedAuthorities ?? string.Empty)}}"
              }
            }
            """);
    }
}
