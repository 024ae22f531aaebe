namespace ActorEtcd.Host.Config;

/// <summary>The flags of the server, with etcd's names and defaults.</summary>
public static class ServerFlags
{
    private const string Member = "Member";
    private const string Clustering = "Clustering";
    private const string Security = "Security";
    private const string Auth = "Auth";
    private const string Logging = "Logging";
    private const string Compatibility = "Compatibility";

    public static readonly IReadOnlyList<FlagDefinition> All =
    [
        new("name", FlagKind.Text, "default", Member, "Human-readable name of this member, unique in the cluster."),
        new("data-dir", FlagKind.Text, "", Member, "Directory of all data; ${name}.etcd when not given."),
        new("wal-dir", FlagKind.Text, "", Member, "Directory of the write-ahead log, when it is to be on another disk."),
        new("snapshot-count", FlagKind.Number, "10000", Member, "Applied entries after which a checkpoint is taken."),
        new("snapshot-catchup-entries", FlagKind.Number, "5000", Member, "Entries kept before a checkpoint for followers that lag a little."),
        new("heartbeat-interval", FlagKind.Number, "100", Member, "Milliseconds between two heartbeats of the leader."),
        new("election-timeout", FlagKind.Number, "1000", Member, "Milliseconds without a leader after which a member campaigns."),
        new("initial-election-tick-advance", FlagKind.Switch, "true", Member, "Whether the first election may come early."),
        new("listen-peer-urls", FlagKind.Urls, "http://localhost:2380", Member, "URLs to listen on for the other members."),
        new("listen-client-urls", FlagKind.Urls, "http://localhost:2379", Member, "URLs to listen on for clients, gRPC and HTTP alike."),
        new("quota-backend-bytes", FlagKind.Number, "0", Member, "Live bytes above which writes are refused; 0 for 2 GiB."),
        new("max-txn-ops", FlagKind.Number, "128", Member, "The most operations in one transaction."),
        new("max-request-bytes", FlagKind.Number, "1572864", Member, "The largest request, in bytes."),
        new("max-concurrent-streams", FlagKind.Number, "4294967295", Member, "The most streams that a client may have open on one connection."),
        new("grpc-keepalive-min-time", FlagKind.Text, "5s", Member, "The shortest time between two pings of a client; one that pings more often is disconnected."),
        new("grpc-keepalive-interval", FlagKind.Text, "2h", Member, "How long a connection may be silent before the server pings the client; 0 for never."),
        new("grpc-keepalive-timeout", FlagKind.Text, "20s", Member, "How long the answer to such a ping may take before the connection is closed."),
        new("enable-grpc-gateway", FlagKind.Switch, "true", Member, "Serve the JSON gateway below /v3/."),
        new("initial-advertise-peer-urls", FlagKind.Urls, "http://localhost:2380", Clustering, "Peer URLs of this member, told to the others."),
        new("initial-cluster", FlagKind.Text, "", Clustering, "Initial members as name=url,name=url; ${name}=${initial-advertise-peer-urls} when not given."),
        new("initial-cluster-state", FlagKind.Text, "new", Clustering, "'new' for a cluster that starts, 'existing' for joining one."),
        new("initial-cluster-token", FlagKind.Text, "etcd-cluster", Clustering, "Makes the ids of this cluster differ from those of another."),
        new("advertise-client-urls", FlagKind.Urls, "http://localhost:2379", Clustering, "Client URLs of this member, told to clients."),
        new("strict-reconfig-check", FlagKind.Switch, "true", Clustering, "Refuse membership changes that would lose the quorum."),
        new("max-learners", FlagKind.Number, "1", Clustering, "The most learners that the cluster may have."),
        new("force-new-cluster", FlagKind.Switch, "false", Clustering, "Keep the data and cut the cluster down to this member, after its majority was lost for good."),
        new("pre-vote", FlagKind.Switch, "true", Clustering, "Ask for votes without raising the term first."),
        new("auto-compaction-mode", FlagKind.Text, "periodic", Clustering, "How retention is meant: 'periodic' (time) or 'revision' (count)."),
        new("auto-compaction-retention", FlagKind.Text, "0", Clustering, "History to keep: hours or a duration such as 10m, or a count of revisions; 0 keeps all."),
        new("cert-file", FlagKind.Text, "", Security, "PEM file with the certificate shown to clients; https URLs need it."),
        new("key-file", FlagKind.Text, "", Security, "PEM file with the key of that certificate."),
        new("client-cert-auth", FlagKind.Switch, "false", Security, "Whether clients must present a certificate."),
        new("trusted-ca-file", FlagKind.Text, "", Security, "PEM file with the authorities that clients' certificates must come from."),
        new("client-crl-file", FlagKind.Text, "", Security, "Revocation list with client certificates that are not accepted any more."),
        new("client-cert-allowed-hostname", FlagKind.Text, "", Security, "The host name or address that clients' certificates must be made out to."),
        new("auto-tls", FlagKind.Switch, "false", Security, "Make a self-signed certificate for https client URLs when none is given."),
        new("peer-cert-file", FlagKind.Text, "", Security, "PEM file with the certificate shown to the other members; https peer URLs need it."),
        new("peer-key-file", FlagKind.Text, "", Security, "PEM file with the key of that certificate."),
        new("peer-client-cert-auth", FlagKind.Switch, "false", Security, "Whether members that connect must present a certificate."),
        new("peer-trusted-ca-file", FlagKind.Text, "", Security, "PEM file with the authorities that members' certificates must come from."),
        new("peer-auto-tls", FlagKind.Switch, "false", Security, "Make a self-signed certificate for https peer URLs when none is given; other members' are not checked then."),
        new("peer-crl-file", FlagKind.Text, "", Security, "Not served: a revocation list for members."),
        new("peer-cert-allowed-cn", FlagKind.Text, "", Security, "Not served: the common name that members' certificates must have."),
        new("peer-cert-allowed-hostname", FlagKind.Text, "", Security, "Not served: the host name that members' certificates must be made out to."),
        new("self-signed-cert-validity", FlagKind.Number, "1", Security, "Years for which such a certificate is valid."),
        new("cipher-suites", FlagKind.Text, "", Security, "Comma-separated cipher suites of TLS 1.2, by Go's names; the platform's choice when empty."),
        new("tls-min-version", FlagKind.Text, "TLS1.2", Security, "The lowest version of TLS: TLS1.2 or TLS1.3."),
        new("tls-max-version", FlagKind.Text, "", Security, "The highest version of TLS: TLS1.2 or TLS1.3; the highest there is when empty."),
        new("auth-token", FlagKind.Text, "simple", Auth, "Tokens of users: 'simple', or 'jwt,pub-key=<file>,priv-key=<file>,sign-method=<method>,ttl=<duration>'."),
        new("bcrypt-cost", FlagKind.Number, "10", Auth, "The cost of hashing passwords, from 4 to 31; each step doubles it."),
        new("auth-token-ttl", FlagKind.Number, "300", Auth, "Seconds for which a simple token lives after its last use."),
        new("log-level", FlagKind.Text, "info", Logging, "debug, info, warn, error, panic or fatal."),
        new("log-format", FlagKind.Text, "json", Logging, "json or console."),
        new("log-outputs", FlagKind.Text, "default", Logging, "Where log lines go: default, stderr or stdout."),
        new("logger", FlagKind.Text, "zap", Logging, "Accepted for compatibility; there is one logger."),
        new("compat-version", FlagKind.Text, "3.7.0", Compatibility, "The etcd version that this server says it is."),
        new("unsafe-no-fsync", FlagKind.Switch, "false", Compatibility, "Accepted for compatibility; writes are always flushed."),
        new("watch-progress-notify-interval", FlagKind.Text, "10m", Member, "How often a silent watcher that asked for it hears how far it is."),
        new("version", FlagKind.Switch, "false", Compatibility, "Print the version and exit."),
        new("help", FlagKind.Switch, "false", Compatibility, "Print this text and exit."),
        new("h", FlagKind.Switch, "false", Compatibility, "Print this text and exit."),
    ];

    /// <summary>The help text, complete.</summary>
    public static string HelpText()
    {
        var text = new System.Text.StringBuilder();
        text.AppendLine("Usage:");
        text.AppendLine();
        text.AppendLine("  actor-etcd [flags]");
        text.AppendLine("      Start a server. Each flag may have one dash or two, and may come as ETCD_<FLAG> from the environment.");
        text.AppendLine();
        text.AppendLine("  actor-etcd bench put|range|txn|watch|lease [flags]");
        text.AppendLine("      Measure any etcd endpoint; see 'actor-etcd bench --help'.");
        foreach (var section in All.GroupBy(static flag => flag.Section))
        {
            text.AppendLine();
            text.Append(section.Key).AppendLine(":");
            text.AppendLine();
            foreach (var flag in section)
            {
                text.Append("  --").Append(flag.Name).Append(" '").Append(flag.Default).AppendLine("'");
                text.Append("      ").AppendLine(flag.Help);
            }
        }

        return text.ToString();
    }
}
