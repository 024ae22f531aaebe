using ActorEtcd.Host.Logging;

namespace ActorEtcd.Host.Config;

/// <summary>Flags of logs, profiles, traces and features.</summary>
public static partial class ServerFlags
{
    private const string Slices = "compaction works in slices of its own.";

    private static IEnumerable<FlagDefinition> Logging()
    {
        const string section = "Logging";
        return
        [
            new("logger", FlagKind.Text, "zap", section, "'zap', or 'capnslog' as in etcd 3.4; the lines are the same."),
            new("log-outputs", FlagKind.List, "default", section, "Where log lines go: default, stderr, stdout, systemd/journal or files."),
            new("log-output", FlagKind.List, "", section, "Old spelling of --log-outputs.") { SpellingOf = "log-outputs" },
            new("log-level", FlagKind.Text, "info", section, "debug, info, warn, error, dpanic, panic or fatal."),
            new("log-format", FlagKind.Text, "json", section, "json or console."),
            new("enable-log-rotation", FlagKind.Switch, "false", section, "Begin a new file when the one that lines go to is full."),
            new("log-rotation-config-json", FlagKind.Text, LogRotation.DefaultJson, section, "When a file is full, and what becomes of the old ones."),
            new("debug", FlagKind.Switch, "false", section, "The same as --log-level=debug."),
            new("log-package-levels", FlagKind.Text, "", section, "Levels of etcd's packages.") { Notice = "the packages are etcd's." },
            new("warning-apply-duration", FlagKind.Duration, "100ms", section, "Time to apply a batch of requests after which a warning is logged."),
            new("warning-unary-request-duration", FlagKind.Duration, "300ms", section, "Time to answer a request after which a warning is logged."),
        ];
    }

    private static IEnumerable<FlagDefinition> Profiling()
    {
        const string section = "Profiling, metrics and tracing";
        return
        [
            new("enable-pprof", FlagKind.Switch, "false", section, "Serve what the runtime knows of itself below /debug/pprof/."),
            new("metrics", FlagKind.Text, "basic", section, "'extensive' for histograms of how long requests took, by method."),
            new("listen-metrics-urls", FlagKind.UrlsOrNone, "", section, "URLs to listen on for /metrics and the health endpoints alone."),
            new("enable-distributed-tracing", FlagKind.Switch, "false", section, "Send traces over OTLP."),
            new("distributed-tracing-address", FlagKind.Text, "localhost:4317", section, "Where the collector of traces listens."),
            new("distributed-tracing-service-name", FlagKind.Text, "etcd", section, "The service name in traces."),
            new("distributed-tracing-instance-id", FlagKind.Text, "", section, "The instance in traces, unique to this member."),
            new("distributed-tracing-sampling-rate", FlagKind.Signed, "0", section, "Of a million traces, how many are sent."),
        ];
    }

    private static IEnumerable<FlagDefinition> Features()
    {
        const string section = "Features";
        FlagDefinition[] features =
        [
            new("enable-grpc-gateway", FlagKind.Switch, "true", section, "Serve the JSON gateway below /v3/."),
            new("feature-gates", FlagKind.Text, "", section, $"Features to switch, as name=true,name=false: {string.Join(", ", FeatureGates.Names)}."),
            new("corrupt-check-time", FlagKind.Duration, "0s", section, "Time between two comparisons of the members' data; 0 for none."),
            new("compact-hash-check-time", FlagKind.Duration, "1m", section, "Time between two comparisons of the hashes of compacted data."),
            new("compaction-batch-limit", FlagKind.Signed, "0", section, "The most revisions removed at once.") { Notice = Slices },
            new("compaction-sleep-interval", FlagKind.Duration, "0s", section, "Pause between two such batches.") { Notice = Slices },
            new("watch-progress-notify-interval", FlagKind.Duration, "10m", section, "How often a silent watcher that asked for it hears how far it is."),
            new("bootstrap-defrag-threshold-megabytes", FlagKind.Number, "0", section, "Space to be won above which a start defragments.") { Notice = "space comes back while the server runs." },
            new("downgrade-check-time", FlagKind.Duration, "5s", section, "Time between two looks at whether a downgrade is done.") { Notice = "members tell each other when it is." },
            new("v2-deprecation", FlagKind.Choice, "write-only", section, "Stage of the v2 store's retirement.") { Choices = ["not-yet", "write-only", "write-only-drop-data", "gone"], Notice = "the v2 API is not retired here." },
            new("next-cluster-version-compatible", FlagKind.Switch, "false", section, "Let members of the next version join.") { Notice = "they always may." },
            new("experimental-enable-v2v3", FlagKind.Text, "", section, "Prefix under which v2 keys lie among v3 keys.") { Notice = "the v2 API has keys of its own." },
        ];
        return [.. features, .. Experimental()];
    }

    // Gates that had flags, then flags that have lost their prefix.
    private static IEnumerable<FlagDefinition> Experimental()
    {
        const string section = "Experimental, old spellings";
        yield return new("experimental-initial-corrupt-check", FlagKind.Switch, "false", section, "The same as --feature-gates=InitialCorruptCheck=true.");
        yield return new("experimental-compact-hash-check-enabled", FlagKind.Switch, "false", section, "The same as --feature-gates=CompactHashCheck=true.");
        yield return new("experimental-stop-grpc-service-on-defrag", FlagKind.Switch, "false", section, "Do not serve while defragmenting.") { Notice = "defragmenting keeps nobody waiting." };
        yield return new("experimental-txn-mode-write-with-shared-buffer", FlagKind.Switch, "true", section, "How bbolt reads in write transactions.") { Notice = Bbolt };
        yield return new("experimental-enable-lease-checkpoint", FlagKind.Switch, "false", section, "Record remaining times of leases.") { Notice = "they always are." };
        yield return new("experimental-enable-lease-checkpoint-persist", FlagKind.Switch, "false", section, "Keep recorded times of leases on disk.") { Notice = "they always are." };
        var lost = Member().Concat(Security()).Concat(Logging()).Concat(Profiling()).Concat(
        [
            new("corrupt-check-time", FlagKind.Duration, "0s", section, ""),
            new("compact-hash-check-time", FlagKind.Duration, "1m", section, ""),
            new("compaction-batch-limit", FlagKind.Signed, "0", section, ""),
            new("compaction-sleep-interval", FlagKind.Duration, "0s", section, ""),
            new("watch-progress-notify-interval", FlagKind.Duration, "10m", section, ""),
            new("bootstrap-defrag-threshold-megabytes", FlagKind.Number, "0", section, ""),
            new("downgrade-check-time", FlagKind.Duration, "5s", section, ""),
        ]).ToDictionary(static flag => flag.Name);
        string[] names =
        [
            "corrupt-check-time", "compact-hash-check-time", "compaction-batch-limit", "compaction-sleep-interval",
            "watch-progress-notify-interval", "bootstrap-defrag-threshold-megabytes", "downgrade-check-time", "warning-apply-duration",
            "warning-unary-request-duration", "memory-mlock", "snapshot-catchup-entries", "backend-bbolt-freelist-type",
            "peer-skip-client-san-verification", "enable-distributed-tracing", "distributed-tracing-address",
            "distributed-tracing-service-name", "distributed-tracing-instance-id", "distributed-tracing-sampling-rate",
        ];
        foreach (var name in names)
        {
            yield return new($"experimental-{name}", lost[name].Kind, lost[name].Default, section, $"Old spelling of --{name}.") { SpellingOf = name };
        }

        yield return new("experimental-max-learners", FlagKind.Signed, "1", section, "Old spelling of --max-learners.") { SpellingOf = "max-learners" };
    }

    private static IEnumerable<FlagDefinition> Unsafe()
    {
        const string section = "Unsafe";
        return
        [
            new("force-new-cluster", FlagKind.Switch, "false", section, "Keep the data and cut the cluster down to this member, after its majority was lost for good."),
            new("unsafe-no-fsync", FlagKind.Switch, "false", section, "Do not wait for the disk.") { Notice = "writes are always flushed." },
        ];
    }

    private static IEnumerable<FlagDefinition> Compatibility()
    {
        const string section = "Compatibility";
        return
        [
            new("compat-version", FlagKind.Text, "3.7.0", section, "The etcd version that this server says it is."),
            new("version", FlagKind.Switch, "false", section, "Print the version and exit."),
            new("help", FlagKind.Switch, "false", section, "Print this text and exit."),
            new("h", FlagKind.Switch, "false", section, "Print this text and exit."),
        ];
    }

    private static IEnumerable<FlagDefinition> OfOldGuides()
    {
        const string section = "Of etcd 0.4 and 2.x";
        return
        [
            new("addr", FlagKind.Text, "", section, "host:port to advertise to clients, and to listen on."),
            new("bind-addr", FlagKind.Text, "", section, "host or host:port to listen on for clients."),
            new("peer-addr", FlagKind.Text, "", section, "host:port to advertise to the other members, and to listen on."),
            new("peer-bind-addr", FlagKind.Text, "", section, "host or host:port to listen on for the other members."),
            new("peers", FlagKind.Text, "", section, "host:port of every other initial member, with commas between them."),
            new("ca-file", FlagKind.Text, "", section, "The same as --trusted-ca-file with --client-cert-auth."),
            new("peer-ca-file", FlagKind.Text, "", section, "The same as --peer-trusted-ca-file with --peer-client-cert-auth."),
        ];
    }

    // etcd takes these with a warning, so that command lines of its first versions still start.
    private static IEnumerable<FlagDefinition> NoLongerUsed()
    {
        string[] names =
        [
            "cluster-active-size", "cluster-remove-delay", "cluster-sync-interval", "config", "force", "max-result-buffer",
            "max-retry-attempts", "peer-heartbeat-interval", "peer-election-timeout", "retry-interval", "snapshot", "v", "vv",
        ];
        return names.Select(static name => new FlagDefinition(name, FlagKind.Ignored, "", "No longer used", "A flag of etcd 0.4.")
        {
            Notice = "etcd does not know it any more either.",
        });
    }
}
