using System.Text;
using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>The flags of <c>etcd grpc-proxy start</c>, 3.4 to 3.7.</summary>
internal static class GrpcProxyFlags
{
    private const string Listening = "Clients";
    private const string Cluster = "Cluster";
    private const string Resolving = "Other proxies";
    private const string Security = "Security";
    private const string Other = "Other";

    public static readonly IReadOnlyList<FlagDefinition> All =
    [
        new("listen-addr", FlagKind.Text, "127.0.0.1:23790", Listening, "Address and port to listen on."),
        new("advertise-client-url", FlagKind.Text, "127.0.0.1:23790", Listening, "What clients that ask for the members are told; empty: the members themselves."),
        new("metrics-addr", FlagKind.Text, "", Listening, "URL of another port for metrics and health."),
        new("max-concurrent-streams", FlagKind.Number, "4294967295", Listening, "Calls that one client's connection may have open."),
        new("grpc-keepalive-min-time", FlagKind.Duration, "5s", Listening, "Least time between two pings of a client."),
        new("grpc-keepalive-interval", FlagKind.Duration, "2h0m0s", Listening, "Time after which a silent client is pinged; 0 for never."),
        new("grpc-keepalive-timeout", FlagKind.Duration, "20s", Listening, "Time that a pinged client has to answer."),
        new("endpoints", FlagKind.List, "127.0.0.1:2379", Cluster, "The members, separated by commas."),
        new("endpoints-auto-sync-interval", FlagKind.Duration, "0s", Cluster, "How often the members are asked for their list; 0 for never."),
        new("discovery-srv", FlagKind.Text, "", Cluster, "DNS domain whose SRV records name the members."),
        new("discovery-srv-name", FlagKind.Text, "", Cluster, "Suffix of the service name in those records."),
        new("insecure-discovery", FlagKind.Switch, "false", Cluster, "Take members that speak clear text from those records too."),
        new("dial-keepalive-time", FlagKind.Duration, "0s", Cluster, "Time after which a silent member is pinged; 0 for never."),
        new("dial-keepalive-timeout", FlagKind.Duration, "20s", Cluster, "Time that a pinged member has to answer."),
        new("permit-without-stream", FlagKind.Switch, "false", Cluster, "Ping members also while no call is open."),
        new("max-send-bytes", FlagKind.Signed, "1572864", Cluster, "Largest message to the cluster; 0 for 2 GiB."),
        new("max-recv-bytes", FlagKind.Signed, "2147483647", Cluster, "Largest message from the cluster."),
        new("namespace", FlagKind.Text, "", Cluster, "Prefix of all keys; clients do not see it."),
        new("experimental-serializable-ordering", FlagKind.Switch, "false", Cluster, "Serializable reads never go back in time, whichever member answers."),
        new("experimental-leasing-prefix", FlagKind.Text, "", Cluster, "Prefix of the keys by which proxies own keys, to read them without the cluster; all who write must use it."),
        new("resolver-prefix", FlagKind.Text, "", Resolving, "Prefix of the keys by which the proxies of a cluster know each other."),
        new("resolver-ttl", FlagKind.Signed, "0", Resolving, "Seconds after which a proxy that is gone is forgotten."),
        new("cert", FlagKind.Text, "", Security, "Certificate of the proxy before the cluster."),
        new("key", FlagKind.Text, "", Security, "Its key."),
        new("cacert", FlagKind.Text, "", Security, "Authorities of the members' certificates."),
        new("insecure-skip-tls-verify", FlagKind.Switch, "false", Security, "Take any certificate of a member, for tests."),
        new("cert-file", FlagKind.Text, "", Security, "Certificate of the proxy before clients."),
        new("key-file", FlagKind.Text, "", Security, "Its key."),
        new("trusted-ca-file", FlagKind.Text, "", Security, "Authorities of the clients' certificates, which are then required."),
        new("client-crl-file", FlagKind.Text, "", Security, "Clients' certificates that were revoked."),
        new("auto-tls", FlagKind.Switch, "false", Security, "Serve clients over TLS with a certificate made here."),
        new("self-signed-cert-validity", FlagKind.Number, "1", Security, "Years that this certificate is valid."),
        new("listen-cipher-suites", FlagKind.List, "", Security, "Cipher suites before clients."),
        new("tls-min-version", FlagKind.Text, "TLS1.2", Security, "Least version of TLS before clients."),
        new("tls-max-version", FlagKind.Text, "", Security, "Greatest version of TLS before clients."),
        new("data-dir", FlagKind.Text, "default.proxy", Other, "Where that certificate is kept."),
        new("enable-pprof", FlagKind.Switch, "false", Other, "Serve /debug/pprof/."),
        new("experimental-enable-grpc-logging", FlagKind.Switch, "false", Other, "Log every call."),
        new("debug", FlagKind.Switch, "false", Other, "Log details."),
        new("help", FlagKind.Switch, "false", Other, "Show this text."),
        new("h", FlagKind.Switch, "false", Other, "Show this text."),
    ];

    public static string HelpText()
    {
        var text = new StringBuilder();
        text.AppendLine("Usage: actor-etcd grpc-proxy start [flags]").AppendLine();
        text.AppendLine("Serves many clients of a cluster with few watches, renewals and reads at the cluster.");
        foreach (var section in All.GroupBy(static flag => flag.Section))
        {
            text.AppendLine().Append(section.Key).AppendLine(":").AppendLine();
            foreach (var flag in section.Where(static flag => flag.Name.Length > 1))
            {
                text.Append("  --").Append(flag.Name).Append(" '").Append(flag.Default).AppendLine("'").Append("      ").AppendLine(flag.Help);
            }
        }

        return text.ToString();
    }
}
