using ActorEtcd.Client;
using ActorEtcd.Persistence;
using Akka.Configuration;

namespace ActorEtcd.Specs.Sim;

/// <summary>The configuration of every actor system in a simulation; one object for all of them.</summary>
internal static class SimConfig
{
    /// <summary>The dispatcher of actors that wait for the disk; what runs on it takes time here.</summary>
    public const string DiskDispatcher = "akka.etcd.blocking-io-dispatcher";

    public static Config Value { get; } = Build();

    private static Config Build()
    {
        string executor = $"executor = \"{NameOf<SimExecutorConfigurator>()}\"";
        string dispatcher = $"{{ type = Dispatcher, throughput = 1, {executor} }}";
        string queue = $"mailbox-type = \"{NameOf<SimMailbox>()}\"";
        return ConfigurationFactory.ParseString($$"""
            akka {
              loggers = []
              loglevel = ERROR
              stdout-loglevel = OFF
              log-dead-letters = off
              log-dead-letters-during-shutdown = off
              coordinated-shutdown { run-by-clr-shutdown-hook = off, exit-clr = off }
              scheduler.implementation = "{{NameOf<SimScheduler>()}}"
              actor {
                provider = "{{NameOf<SimActorRefProvider>()}}"
                default-dispatcher {{dispatcher}}
                internal-dispatcher {{dispatcher}}
                default-blocking-io-dispatcher {{dispatcher}}
                default-mailbox { {{queue}} }
                mailbox.unbounded-deque-based { {{queue}} }
                mailbox.unbounded-queue-based { {{queue}} }
                serializers {
                  etcd-raft = "ActorEtcd.Persistence.Serialization.RaftMessageSerializer, ActorEtcd.Persistence"
                  etcd-log = "ActorEtcd.Persistence.Serialization.LogEventSerializer, ActorEtcd.Persistence"
                  etcd-segments = "ActorEtcd.Persistence.Segments.SegmentMessageSerializer, ActorEtcd.Persistence"
                  etcd-lease = "ActorEtcd.Persistence.Serialization.LeaseMessageSerializer, ActorEtcd.Persistence"
                  etcd-members = "ActorEtcd.Persistence.Serialization.MemberMessageSerializer, ActorEtcd.Persistence"
                  etcd-hashes = "ActorEtcd.Persistence.Serialization.HashMessageSerializer, ActorEtcd.Persistence"
                }
                serialization-bindings {
                  "ActorEtcd.Raft.PeerMessage, ActorEtcd.Actors" = etcd-raft
                  "ActorEtcd.Log.LogEvent, ActorEtcd.Actors" = etcd-log
                  "ActorEtcd.Log.LogSnapshot, ActorEtcd.Actors" = etcd-log
                  "ActorEtcd.Store.SegmentMessage, ActorEtcd.Actors" = etcd-segments
                  "ActorEtcd.Lease.LeasePeerMessage, ActorEtcd.Actors" = etcd-lease
                  "ActorEtcd.Alarms.HashMessage, ActorEtcd.Actors" = etcd-hashes
                  "ActorEtcd.Members.MemberPeerMessage, ActorEtcd.Actors" = etcd-members
                }
              }
              etcd.dispatcher {{dispatcher}}
              etcd.blocking-io-dispatcher {{dispatcher}}
              persistence {
                journal.plugin = "{{PersistenceConfig.JournalPluginId}}"
                journal.etcd-wal { directory = "/wal", segment-bytes = 4096, dispatcher {{dispatcher}} }
                snapshot-store.plugin = "{{PersistenceConfig.SnapshotPluginId}}"
                snapshot-store.etcd-snap.directory = "/snap"
              }
            }
            """).WithFallback(EtcdConfig.Default()).WithFallback(PersistenceConfig.Default());
    }

    private static string NameOf<T>() => $"{typeof(T).FullName}, {typeof(T).Assembly.GetName().Name}";
}
