namespace Akka.Cluster;

/// <summary>The section akka.cluster.</summary>
public sealed class ClusterSettings
{
    private const string InternalDispatcher = "akka.actor.internal-dispatcher";

    public ClusterSettings(Config config, string systemName)
    {
        _ = systemName;
        var cluster = config.GetConfig("akka.cluster");
        if (cluster.IsNullOrEmpty() || cluster.GetConfig("failure-detector").IsNullOrEmpty())
        {
            throw ConfigurationException.NullOrEmptyConfig<ClusterSettings>("akka.cluster");
        }

        LogInfoVerbose = cluster.GetBoolean("log-info-verbose", false);
        LogInfo = LogInfoVerbose || cluster.GetBoolean("log-info", false);
        SeedNodes = [.. cluster.GetStringList("seed-nodes", []).Select(Address.Parse)];
        SeedNodeTimeout = cluster.GetTimeSpan("seed-node-timeout", null);
        RetryUnsuccessfulJoinAfter = OffOrTime(cluster, "retry-unsuccessful-join-after");
        ShutdownAfterUnsuccessfulJoinSeedNodes = OffOrTime(cluster, "shutdown-after-unsuccessful-join-seed-nodes");
        PeriodicTasksInitialDelay = cluster.GetTimeSpan("periodic-tasks-initial-delay", null);
        GossipInterval = cluster.GetTimeSpan("gossip-interval", null);
        LeaderActionsInterval = cluster.GetTimeSpan("leader-actions-interval", null);
        UnreachableNodesReaperInterval = cluster.GetTimeSpan("unreachable-nodes-reaper-interval", null);
        GossipDifferentViewProbability = cluster.GetDouble("gossip-different-view-probability", 0);
        ReduceGossipDifferentViewProbability = cluster.GetInt("reduce-gossip-different-view-probability", 0);
        Roles = [.. cluster.GetStringList("roles", [])];
        AppVersion = AppVersion.Create(cluster.GetString("app-version", "assembly-version"));
        MinNrOfMembers = cluster.GetInt("min-nr-of-members", 1);
        MinNrOfMembersOfRole = ReadRoles(cluster.GetConfig("role"));
        var dispatcher = cluster.GetString("use-dispatcher", "");
        UseDispatcher = string.IsNullOrEmpty(dispatcher) ? InternalDispatcher : dispatcher;
        WeaklyUpAfter = OffOrTime(cluster, "allow-weakly-up-members") ?? TimeSpan.Zero;
        RunCoordinatedShutdownWhenDown = cluster.GetBoolean("run-coordinated-shutdown-when-down", true);
        VerboseHeartbeatLogging = cluster.GetBoolean("debug.verbose-heartbeat-logging", false);
        VerboseGossipReceivedLogging = cluster.GetBoolean("debug.verbose-receive-gossip-logging", false);
        DowningProviderType = ReadDowningProvider(cluster.GetString("downing-provider-class", ""));

        FailureDetectorConfig = cluster.GetConfig("failure-detector");
        FailureDetectorImplementationClass = FailureDetectorConfig.GetString("implementation-class");
        HeartbeatInterval = FailureDetectorConfig.GetTimeSpan("heartbeat-interval", null);
        HeartbeatExpectedResponseAfter = FailureDetectorConfig.GetTimeSpan("expected-response-after", null);
        MonitoredByNrOfMembers = FailureDetectorConfig.GetInt("monitored-by-nr-of-members", 9);
    }

    public bool AllowWeaklyUpMembers => WeaklyUpAfter != TimeSpan.Zero;

    public AppVersion AppVersion { get; }

    public Type DowningProviderType { get; }

    public Config FailureDetectorConfig { get; }

    public string FailureDetectorImplementationClass { get; }

    public double GossipDifferentViewProbability { get; }

    public TimeSpan GossipInterval { get; }

    public TimeSpan HeartbeatExpectedResponseAfter { get; }

    public TimeSpan HeartbeatInterval { get; }

    public TimeSpan LeaderActionsInterval { get; }

    public bool LogInfo { get; }

    public bool LogInfoVerbose { get; }

    public int MinNrOfMembers { get; }

    public ImmutableDictionary<string, int> MinNrOfMembersOfRole { get; }

    public int MonitoredByNrOfMembers { get; }

    public TimeSpan PeriodicTasksInitialDelay { get; }

    public int ReduceGossipDifferentViewProbability { get; }

    public TimeSpan? RetryUnsuccessfulJoinAfter { get; }

    public ImmutableHashSet<string> Roles { get; }

    public bool RunCoordinatedShutdownWhenDown { get; }

    public TimeSpan SeedNodeTimeout { get; }

    public ImmutableList<Address> SeedNodes { get; }

    public TimeSpan? ShutdownAfterUnsuccessfulJoinSeedNodes { get; }

    public TimeSpan UnreachableNodesReaperInterval { get; }

    public string UseDispatcher { get; }

    public bool VerboseGossipReceivedLogging { get; }

    public bool VerboseHeartbeatLogging { get; }

    public TimeSpan WeaklyUpAfter { get; }

    private static TimeSpan? OffOrTime(Config config, string key) =>
        config.GetString(key, "off").ToLowerInvariant() is "off" or "false" or "no"
            ? null
            : config.GetTimeSpan(key, null, allowInfinite: false);

    private static ImmutableDictionary<string, int> ReadRoles(Config roles) => roles.IsNullOrEmpty()
        ? ImmutableDictionary<string, int>.Empty
        : roles.AsEnumerable().ToImmutableDictionary(
            role => role.Key, role => roles.GetInt($"{role.Key}.min-nr-of-members", 0));

    private static Type ReadDowningProvider(string name) => string.IsNullOrEmpty(name)
        ? typeof(NoDowning)
        : Type.GetType(name) ?? throw new ConfigurationException($"Could not find the downing provider [{name}]");
}
