namespace Akka.Remote;

/// <summary>The section akka.remote.</summary>
public class RemoteSettings
{
    public static readonly string AkkaScheme = "akka";

    public RemoteSettings(Config config)
    {
        Config = config;
        var remote = config.GetConfig("akka.remote");
        if (remote.IsNullOrEmpty())
        {
            throw ConfigurationException.NullOrEmptyConfig<RemoteSettings>("akka.remote");
        }

        LogReceive = remote.GetBoolean("log-received-messages", false);
        LogSend = remote.GetBoolean("log-sent-messages", false);
        var bufferSize = remote.GetString("log-buffer-size-exceeding", "50000");
        LogBufferSizeExceeding = bufferSize is "off" or "false" ? int.MaxValue : remote.GetInt("log-buffer-size-exceeding");
        UntrustedMode = remote.GetBoolean("untrusted-mode", false);
        TrustedSelectionPaths = [.. remote.GetStringList("trusted-selection-paths")];
        var events = remote.GetString("log-remote-lifecycle-events", "DEBUG");
        RemoteLifecycleEventsLogLevel = events.Equals("on", StringComparison.OrdinalIgnoreCase)
            ? "DEBUG"
            : events.ToUpperInvariant();
        Dispatcher = remote.GetString("use-dispatcher", "");
        ShutdownTimeout = remote.GetTimeSpan("shutdown-timeout", TimeSpan.FromSeconds(10));
        FlushWait = remote.GetTimeSpan("flush-wait-on-shutdown", TimeSpan.FromSeconds(2));
        StartupTimeout = remote.GetTimeSpan("startup-timeout", TimeSpan.FromSeconds(10));
        RetryGateClosedFor = remote.GetTimeSpan("retry-gate-closed-for", TimeSpan.FromSeconds(5));
        UsePassiveConnections = remote.GetBoolean("use-passive-connections", true);
        BackoffPeriod = remote.GetTimeSpan("backoff-interval", TimeSpan.FromMilliseconds(50));
        CommandAckTimeout = remote.GetTimeSpan("command-ack-timeout", TimeSpan.FromSeconds(30));
        SysMsgBufferSize = remote.GetInt("system-message-buffer-size", 20000);
        InitialSysMsgDeliveryTimeout =
            remote.GetTimeSpan("initial-system-message-delivery-timeout", TimeSpan.FromMinutes(3));
        QuarantineDuration = remote.GetTimeSpan("prune-quarantine-marker-after", TimeSpan.FromDays(5));
        ReadWatchFailureDetector(remote);
    }

    public Config Config { get; }

    public bool LogReceive { get; set; }

    public bool LogSend { get; set; }

    public int LogBufferSizeExceeding { get; set; }

    public bool UntrustedMode { get; set; }

    public HashSet<string> TrustedSelectionPaths { get; set; }

    public string RemoteLifecycleEventsLogLevel { get; set; }

    public string Dispatcher { get; set; }

    public TimeSpan ShutdownTimeout { get; set; }

    public TimeSpan FlushWait { get; set; }

    public TimeSpan StartupTimeout { get; set; }

    public TimeSpan RetryGateClosedFor { get; set; }

    public bool UsePassiveConnections { get; set; }

    public TimeSpan BackoffPeriod { get; set; }

    public TimeSpan CommandAckTimeout { get; set; }

    public int SysMsgBufferSize { get; set; }

    public TimeSpan InitialSysMsgDeliveryTimeout { get; set; }

    public TimeSpan? QuarantineDuration { get; set; }

    public Config WatchFailureDetectorConfig { get; set; }

    public string WatchFailureDetectorImplementationClass { get; set; }

    public TimeSpan WatchHeartBeatInterval { get; set; }

    public TimeSpan WatchHeartbeatExpectedResponseAfter { get; set; }

    public TimeSpan WatchUnreachableReaperInterval { get; set; }

    public Props ConfigureDispatcher(Props props) =>
        string.IsNullOrEmpty(Dispatcher) ? props : props.WithDispatcher(Dispatcher);

    private void ReadWatchFailureDetector(Config remote)
    {
        var watch = remote.GetConfig("watch-failure-detector");
        WatchFailureDetectorConfig = watch;
        WatchFailureDetectorImplementationClass = watch.GetString("implementation-class");
        WatchHeartBeatInterval = Positive(watch, "heartbeat-interval");
        WatchUnreachableReaperInterval = Positive(watch, "unreachable-nodes-reaper-interval");
        WatchHeartbeatExpectedResponseAfter = Positive(watch, "expected-response-after");
    }

    private static TimeSpan Positive(Config watch, string key)
    {
        var value = watch.GetTimeSpan(key, null);
        return value > TimeSpan.Zero
            ? value
            : throw new ConfigurationException($"watch-failure-detector.{key} must be > 0, not {value}");
    }
}
