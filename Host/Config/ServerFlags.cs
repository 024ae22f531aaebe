namespace ActorEtcd.Host.Config;

/// <summary>The flags of the server, with etcd's names and defaults: those of 3.4 to 3.7, and older ones that guides show.</summary>
public static partial class ServerFlags
{
    private const string Bbolt = "the store is not bbolt.";

    public static readonly IReadOnlyList<FlagDefinition> All =
    [
        .. Member(), .. Clustering(), .. Proxy(), .. Security(), .. Auth(), .. Logging(), .. Profiling(), .. Features(), .. Unsafe(),
        .. Compatibility(), .. OfOldGuides(), .. NoLongerUsed(),
    ];

    /// <summary>The help text, complete.</summary>
    public static string HelpText()
    {
        var text = new System.Text.StringBuilder();
        text.AppendLine("Usage:");
        Usage(text, "[flags]", "Start a server. Each flag may have one dash or two, and may come as ETCD_<FLAG> from the environment.");
        Usage(text, "--config-file <file>", "Start a server with the settings of a YAML file; other flags and the environment are ignored then.");
        Usage(text, "--version", "Show the version.");
        Usage(text, "-h | --help", "Show this text.");
        Usage(text, "bench put|range|txn|watch|lease [flags]", "Measure any etcd endpoint; see 'actor-etcd bench --help'.");
        Usage(text, "utl snapshot|migrate|... [flags]", "Work on files of a server that does not run; see 'actor-etcd utl --help'.");
        Usage(text, "ctl put|get|watch|... [flags]", "What etcdctl does; see 'actor-etcd ctl --help'.");
        Usage(text, "gateway start [flags]", "Pass TCP connections on to a cluster; see 'actor-etcd gateway --help'.");
        Usage(text, "grpc-proxy start [flags]", "Share watches, renewals and reads of many clients before a cluster; see 'actor-etcd grpc-proxy --help'.");
        foreach (var section in All.GroupBy(static flag => flag.Section))
        {
            text.AppendLine();
            text.Append(section.Key).AppendLine(":");
            text.AppendLine();
            foreach (var flag in section)
            {
                text.Append("  --").Append(flag.Name).Append(" '").Append(flag.Default).AppendLine("'");
                text.Append("      ").AppendLine(flag.Help);
                if (flag.Notice is { } notice)
                {
                    text.Append("      Accepted and without effect: ").AppendLine(notice);
                }
            }
        }

        return text.ToString();
    }

    private static void Usage(System.Text.StringBuilder text, string form, string help)
        => text.AppendLine().Append("  actor-etcd ").AppendLine(form).Append("      ").AppendLine(help);
}
