using System.Globalization;
using ActorEtcd.Client;
using ActorEtcd.Host.Config;
using ActorEtcd.Peers;
using ActorEtcd.Persistence;
using ActorEtcd.Persistence.DataDir;
using Akka.Configuration;

namespace ActorEtcd.Host.Server;

/// <summary>The actor system's configuration: the operator's own file, then what the flags decide, over <c>hocon/host.conf</c> and the libraries' defaults.</summary>
public static class AkkaConfig
{
    private const long ManifestBytesMax = 128L * 1024 * 1024;
    private const string ResourceName = "ActorEtcd.Host.host.conf";

    public static Akka.Configuration.Config For(ServerOptions options, Bootstrap bootstrap, DataDirectory directory)
    {
        var text = $$"""
            {{PersistenceOf(bootstrap.ClusterId, bootstrap.Self, directory)}}
            akka.cluster.app-version = "{{options.CompatVersion}}"
            akka.cluster.roles = [{{string.Join(", ", options.AdvertiseClientUrls.Select(static url => $"\"{Escape(PeerNode.RoleOf(url.ToString()))}\""))}}]
            akka.persistence.snapshot-store.etcd-snap.keep = {{options.SnapshotsMax.ToString(CultureInfo.InvariantCulture)}}
            """;
        return ConfigurationFactory.ParseString(options.Hocon ?? string.Empty)
            .WithFallback(ConfigurationFactory.ParseString(text))
            .WithFallback(Remote(options, bootstrap.PeerUrl))
            .WithFallback(Embedded())
            .WithFallback(EtcdConfig.Default())
            .WithFallback(PersistenceConfig.Default());
    }

    /// <summary>Of a system that only asks the members of a running cluster, and says nothing about it.</summary>
    public static Akka.Configuration.Config ForQuestions(ServerOptions options, EtcdUrl advertise)
        => ConfigurationFactory.ParseString("akka { loglevel = OFF, actor.provider = remote }")
            .WithFallback(ConfigurationFactory.ParseString(options.Hocon ?? string.Empty))
            .WithFallback(Remote(options, advertise))
            .WithFallback(Embedded())
            .WithFallback(EtcdConfig.Default());

    private static Akka.Configuration.Config Remote(ServerOptions options, EtcdUrl advertise)
    {
        var listen = options.ListenPeerUrls[0];
        return ConfigurationFactory.ParseString($$"""
            akka.remote.dot-netty.tcp {
              hostname = "{{listen.ToBindEndPoint().Address}}"
              port = {{listen.Port}}
              public-hostname = "{{advertise.Host}}"
              public-port = {{advertise.Port}}
              maximum-frame-size = {{FrameBytes(options).ToString(CultureInfo.InvariantCulture)}}b
            }
            """);
    }

    /// <summary>For a process that is no member: actors of its own and nobody else's.</summary>
    public static Akka.Configuration.Config ForActorsAlone()
        => ConfigurationFactory.ParseString("akka.actor.provider = local").WithFallback(Embedded()).WithFallback(EtcdConfig.Default());

    /// <summary>For a system that writes a member's log and does nothing else: without remoting and without a word.</summary>
    public static Akka.Configuration.Config ForLogAlone(ulong clusterId, MemberId self, DataDirectory directory)
        => ConfigurationFactory.ParseString($$"""
            akka {
              loggers = ["Akka.Event.DefaultLogger"]
              loglevel = OFF
              actor.provider = local
            }
            {{PersistenceOf(clusterId, self, directory)}}
            """)
            .WithFallback(Embedded())
            .WithFallback(EtcdConfig.Default())
            .WithFallback(PersistenceConfig.Default());

    private static string PersistenceOf(ulong clusterId, MemberId self, DataDirectory directory) => $$"""
        akka.persistence {
          journal.plugin = "{{PersistenceConfig.JournalPluginId}}"
          journal.etcd-wal {
            directory = "{{Escape(directory.WalPath)}}"
            cluster-id = "{{clusterId:x}}"
            member-id = "{{self}}"
          }
          snapshot-store.plugin = "{{PersistenceConfig.SnapshotPluginId}}"
          snapshot-store.etcd-snap.directory = "{{Escape(directory.SnapPath)}}"
        }
        """;

    // A message holds at least one entry, however large, and some bytes around it; or a checkpoint's manifest with all that
    // is no segment, of which the v2 store may be large.
    private static long FrameBytes(ServerOptions options) => Math.Max(ManifestBytesMax, (2L * options.RequestBytesMax) + (1024 * 1024));

    internal static string Escape(string path)
        => path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static Akka.Configuration.Config Embedded()
    {
        using var stream = typeof(AkkaConfig).Assembly.GetManifestResourceStream(ResourceName);
        Invariant.Check(stream is not null, $"{ResourceName} is not embedded");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
