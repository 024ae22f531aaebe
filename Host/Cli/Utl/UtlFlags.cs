using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Cli.Utl;

/// <summary>The flags of <c>actor-etcd utl</c>, with etcdutl's names and defaults.</summary>
internal static class UtlFlags
{
    public const string DefaultName = "default";

    private const string Own = "Flags";
    private const string Global = "Global flags";
    private const string DefaultPeerUrl = "http://localhost:2380";

    /// <summary>Every command takes these.</summary>
    public static readonly IReadOnlyList<FlagDefinition> Globals =
    [
        new("write-out", FlagKind.Text, "simple", Global, "Output format: fields, json, simple or table; -w for short.") { Choices = ["fields", "json", "simple", "table"] },
        new("timeout", FlagKind.Duration, "10s", Global, "Accepted for compatibility: files in use by a running member are not waited for."),
        new("compat-version", FlagKind.Text, "", Global, "The etcdutl whose way of printing is wanted; when not given the newest, and keys are counted as the version that the file is of does."),
        new("help", FlagKind.Switch, "false", Global, "Print this text; -h for short."),
    ];

    public static readonly IReadOnlyList<FlagDefinition> Restore =
    [
        new("data-dir", FlagKind.Text, "", Own, "Path to the output data directory; ${name}.etcd when not given."),
        new("wal-dir", FlagKind.Text, "", Own, "Path to the WAL directory, when it is not to be in the data directory."),
        new("initial-cluster", FlagKind.Text, $"{DefaultName}={DefaultPeerUrl}", Own, "Initial cluster configuration for restore bootstrap."),
        new("initial-cluster-token", FlagKind.Text, "etcd-cluster", Own, "Initial cluster token for the cluster during restore bootstrap."),
        new("initial-advertise-peer-urls", FlagKind.Urls, DefaultPeerUrl, Own, "List of this member's peer URLs to advertise to the rest of the cluster."),
        new("name", FlagKind.Text, DefaultName, Own, "Human-readable name for this member."),
        new("skip-hash-check", FlagKind.Switch, "false", Own, "Ignore snapshot integrity hash value (required if copied from a data directory)."),
        new("initial-memory-map-size", FlagKind.Number, "0", Own, "Accepted for compatibility: nothing is mapped before it is needed."),
        new("bump-revision", FlagKind.Number, "0", Own, "How much to increase the latest revision after restore."),
        new("mark-compacted", FlagKind.Switch, "false", Own, "Mark the latest revision after restore as compacted (required if --bump-revision > 0, disallowed otherwise)."),
    ];

    public static readonly IReadOnlyList<FlagDefinition> HashKv =
    [
        new("rev", FlagKind.Number, "0", Own, "Maximum revision to hash; 0 for the latest."),
    ];

    public static readonly IReadOnlyList<FlagDefinition> Defrag =
    [
        new("data-dir", FlagKind.Text, "", Own, "Required. The data directory that etcdutl would defragment."),
    ];

    public static readonly IReadOnlyList<FlagDefinition> Migrate =
    [
        new("from", FlagKind.Text, "", Own, "Data directory of a stopped etcd, 3.4 to 3.6; required unless --target-version is given."),
        new("target-version", FlagKind.Text, "", Own, "What etcdutl migrates a data directory to, \"X.Y\" from 3.5 on. Every version reads the files of ActorEtcd: nothing is to do."),
        new("force", FlagKind.Switch, "false", Own, "Accepted for compatibility with --target-version."),
        new("from-wal-dir", FlagKind.Text, "", Own, "Its WAL directory, when that is not in its data directory."),
        new("data-dir", FlagKind.Text, "", Own, "Path to the output data directory; ${name}.etcd when not given."),
        new("wal-dir", FlagKind.Text, "", Own, "Path to the output WAL directory, when it is not to be in the data directory."),
        new("name", FlagKind.Text, "", Own, "Human-readable name for the member; the one it had when not given."),
    ];
}
