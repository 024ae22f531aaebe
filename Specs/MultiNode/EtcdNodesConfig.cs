using System.Collections.Immutable;
using ActorEtcd.Client;
using ActorEtcd.Host.Server;
using ActorEtcd.Persistence;
using Akka.Configuration;
using Akka.Remote.TestKit;

namespace ActorEtcd.Specs.MultiNode;

/// <summary>Three nodes, each with a journal of its own and links that can be cut.</summary>
public class EtcdNodesConfig : MultiNodeConfig
{
    public const ulong ClusterId = 0xc1;

    /// <summary>Where this process keeps what it writes.</summary>
    public static readonly string DataPath = Path.Combine(Path.GetTempPath(), $"actor-etcd-node-{Environment.ProcessId}");

    private static readonly string[] Names = ["first", "second", "third", "fourth", "fifth"];

    private readonly int _members;

    public EtcdNodesConfig()
        : this(nodes: 3, members: 3)
    {
    }

    protected EtcdNodesConfig(int nodes, int members)
    {
        _members = members;
        foreach (var name in Names.Take(nodes))
        {
            var role = Role(name);
            NodeConfig([role], [ConfigurationFactory.ParseString(
                $"akka.persistence.journal.etcd-wal.member-id = \"{IdOf(role)}\"")]);
        }

        TestTransport = true;
        CommonConfig = ConfigurationFactory.ParseString($$"""
            akka {
              loglevel = INFO
              loggers = ["Akka.TestKit.TestEventListener, Akka.TestKit"]
              stdout-logger-class = "Akka.Event.StandardOutLogger"
              testconductor.barrier-timeout = 240s
              remote.dot-netty.tcp { connection-timeout = 3s, maximum-frame-size = 8MiB }
              persistence {
                journal.plugin = "{{PersistenceConfig.JournalPluginId}}"
                journal.etcd-wal { directory = "{{DataPath}}/wal", cluster-id = "{{ClusterId:x}}", segment-bytes = 4194304 }
                snapshot-store.plugin = "{{PersistenceConfig.SnapshotPluginId}}"
                snapshot-store.etcd-snap.directory = "{{DataPath}}/snap"
              }
            }
            """)
            .WithFallback(ServerConfig())
            .WithFallback(EtcdConfig.Default())
            .WithFallback(PersistenceConfig.Default());
    }

    /// <summary>The nodes that the cluster begins with; any further one is a spare.</summary>
    public ImmutableList<RoleName> Members => Roles.Take(_members).ToImmutableList();

    public MemberId IdOf(RoleName role) => new((ulong)(Roles.IndexOf(role) + 1));

    public RoleName RoleOf(MemberId member) => Roles[(int)member.Value - 1];

    // As the server has it, but for what is said above.
    private static Config ServerConfig()
    {
        using var stream = typeof(AkkaConfig).Assembly.GetManifestResourceStream("ActorEtcd.Host.host.conf")
            ?? throw new InvalidOperationException("The host's configuration is not embedded");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
