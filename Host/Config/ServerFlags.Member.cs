namespace ActorEtcd.Host.Config;

/// <summary>Flags of one member, of how it finds the others, and of the proxy that it may be instead.</summary>
public static partial class ServerFlags
{
    private static IEnumerable<FlagDefinition> Member()
    {
        const string section = "Member";
        return
        [
            new("name", FlagKind.Text, "default", section, "Human-readable name of this member, unique in the cluster."),
            new("data-dir", FlagKind.Text, "", section, "Directory of all data; ${name}.etcd when not given."),
            new("wal-dir", FlagKind.Text, "", section, "Directory of the write-ahead log, when it is to be on another disk."),
            new("snapshot-count", FlagKind.Number, "10000", section, "Applied entries after which a checkpoint is taken."),
            new("snapshot-catchup-entries", FlagKind.Number, "5000", section, "Entries kept before a checkpoint for followers that lag a little."),
            new("max-snapshots", FlagKind.Number, "5", section, "Checkpoint manifests to keep; 0 for all."),
            new("max-wals", FlagKind.Number, "5", section, "Segments of the log to keep.") { Notice = "the log is kept from the last checkpoint on." },
            new("heartbeat-interval", FlagKind.Number, "100", section, "Milliseconds between two heartbeats of the leader."),
            new("election-timeout", FlagKind.Number, "1000", section, "Milliseconds without a leader after which a member campaigns."),
            new("initial-election-tick-advance", FlagKind.Switch, "true", section, "Whether the first election may come early."),
            new("listen-peer-urls", FlagKind.Urls, "http://localhost:2380", section, "URLs to listen on for the other members."),
            new("listen-client-urls", FlagKind.Urls, "http://localhost:2379", section, "URLs to listen on for clients: gRPC, and HTTP unless that has URLs of its own."),
            new("listen-client-http-urls", FlagKind.UrlsOrNone, "", section, "URLs to listen on for HTTP alone; the others serve gRPC alone then."),
            new("quota-backend-bytes", FlagKind.Signed, "0", section, "Live bytes above which writes are refused; 0 for 2 GiB."),
            new("backend-bbolt-freelist-type", FlagKind.Text, "map", section, "Kind of bbolt's free list.") { Notice = Bbolt },
            new("backend-batch-interval", FlagKind.Duration, "0s", section, "Time between two commits of bbolt.") { Notice = Bbolt },
            new("backend-batch-limit", FlagKind.Signed, "0", section, "Operations between two commits of bbolt.") { Notice = Bbolt },
            new("max-txn-ops", FlagKind.Number, "128", section, "The most operations in one transaction."),
            new("max-request-bytes", FlagKind.Number, "1572864", section, "The largest request, in bytes."),
            new("max-concurrent-streams", FlagKind.Number, "4294967295", section, "The most streams that a client may have open on one connection."),
            new("grpc-keepalive-min-time", FlagKind.Duration, "5s", section, "The shortest time between two pings of a client; one that pings more often is disconnected."),
            new("grpc-keepalive-interval", FlagKind.Duration, "2h", section, "How long a connection may be silent before the server pings the client; 0 for never."),
            new("grpc-keepalive-timeout", FlagKind.Duration, "20s", section, "How long the answer to such a ping may take before the connection is closed."),
            new("socket-reuse-port", FlagKind.Switch, "false", section, "Listen for clients on ports that others listen on too (SO_REUSEPORT)."),
            new("socket-reuse-address", FlagKind.Switch, "false", section, "Listen on addresses that are still in TIME_WAIT (SO_REUSEADDR).") { Notice = "every socket here does." },
            new("raft-read-timeout", FlagKind.Duration, "5s", section, "Time without a byte from a member after which its connection is given up.") { Notice = "Akka.Remote has times of its own, see --hocon-file." },
            new("raft-write-timeout", FlagKind.Duration, "5s", section, "Time for a write to a member after which its connection is given up.") { Notice = "Akka.Remote has times of its own, see --hocon-file." },
            new("memory-mlock", FlagKind.Switch, "false", section, "Keep memory from being swapped out.") { Notice = "memory that .NET manages cannot be locked." },
            new("config-file", FlagKind.Text, "", section, "YAML file with all settings; other flags and the environment are ignored then."),
            new("hocon-file", FlagKind.Text, "", section, "HOCON file for experts, over everything else: see the keys in hocon/."),
        ];
    }

    private static IEnumerable<FlagDefinition> Clustering()
    {
        const string section = "Clustering";
        return
        [
            new("initial-advertise-peer-urls", FlagKind.Urls, "http://localhost:2380", section, "Peer URLs of this member, told to the others."),
            new("initial-cluster", FlagKind.Text, "", section, "Initial members as name=url,name=url; ${name}=${initial-advertise-peer-urls} when not given."),
            new("initial-cluster-state", FlagKind.Choice, "new", section, "'new' for a cluster that starts, 'existing' for joining one.") { Choices = ["new", "existing"] },
            new("initial-cluster-token", FlagKind.Text, "etcd-cluster", section, "Makes the ids of this cluster differ from those of another."),
            new("advertise-client-urls", FlagKind.Urls, "http://localhost:2379", section, "Client URLs of this member, told to clients."),
            new("strict-reconfig-check", FlagKind.Switch, "true", section, "Refuse membership changes that would lose the quorum."),
            new("max-learners", FlagKind.Signed, "1", section, "The most learners that the cluster may have."),
            new("pre-vote", FlagKind.Switch, "true", section, "Ask for votes without raising the term first."),
            new("auto-compaction-mode", FlagKind.Text, "periodic", section, "How retention is meant: 'periodic' (time) or 'revision' (count)."),
            new("auto-compaction-retention", FlagKind.Text, "0", section, "History to keep: hours or a duration such as 10m, or a count of revisions; 0 keeps all."),
            new("enable-v2", FlagKind.Switch, "true", section, "Serve the v2 API below /v2/."),
            new("discovery", FlagKind.Text, "", section, "URL of a v2 discovery token from which the initial members are learnt."),
            new("discovery-fallback", FlagKind.Choice, "proxy", section, "What a member that the discovered cluster has no room for does: 'proxy' or 'exit'.") { Choices = ["proxy", "exit"] },
            new("discovery-proxy", FlagKind.Text, "", section, "HTTP proxy on the way to v2 discovery."),
            new("discovery-srv", FlagKind.Text, "", section, "DNS domain whose SRV records name the initial members."),
            new("discovery-srv-name", FlagKind.Text, "", section, "Suffix of the service name in those records."),
            new("discovery-endpoints", FlagKind.List, "", section, "Endpoints of the etcd cluster that serves v3 discovery."),
            new("discovery-token", FlagKind.Text, "", section, "Token of v3 discovery."),
            new("discovery-dial-timeout", FlagKind.Duration, "2s", section, "Time to connect to v3 discovery."),
            new("discovery-request-timeout", FlagKind.Duration, "5s", section, "Time for one request of v3 discovery."),
            new("discovery-keepalive-time", FlagKind.Duration, "2s", section, "Time between pings to v3 discovery."),
            new("discovery-keepalive-timeout", FlagKind.Duration, "6s", section, "Time for the answer to such a ping."),
            new("discovery-insecure-transport", FlagKind.Switch, "true", section, "Whether v3 discovery is reached without TLS."),
            new("discovery-insecure-skip-tls-verify", FlagKind.Switch, "false", section, "Whether the certificate of v3 discovery is taken unseen."),
            new("discovery-cert", FlagKind.Text, "", section, "Certificate shown to v3 discovery."),
            new("discovery-key", FlagKind.Text, "", section, "Key of that certificate."),
            new("discovery-cacert", FlagKind.Text, "", section, "Authorities that the certificate of v3 discovery must come from."),
            new("discovery-user", FlagKind.Text, "", section, "User of v3 discovery, as name or name:password."),
            new("discovery-password", FlagKind.Text, "", section, "Password of that user."),
        ];
    }

    private static IEnumerable<FlagDefinition> Proxy()
    {
        const string section = "Proxy";
        return
        [
            new("proxy", FlagKind.Choice, "off", section, "Be a proxy of the v2 API instead of a member: 'off', 'readonly' or 'on'.") { Choices = ["off", "readonly", "on"] },
            new("proxy-failure-wait", FlagKind.Number, "5000", section, "Milliseconds for which a member that failed is not asked again."),
            new("proxy-refresh-interval", FlagKind.Number, "30000", section, "Milliseconds between two looks at the member list."),
            new("proxy-dial-timeout", FlagKind.Number, "1000", section, "Milliseconds to connect to a member; 0 for any."),
            new("proxy-write-timeout", FlagKind.Number, "5000", section, "Milliseconds for a write to a member; 0 for any."),
            new("proxy-read-timeout", FlagKind.Number, "0", section, "Milliseconds for a read from a member; 0 for any."),
        ];
    }
}
