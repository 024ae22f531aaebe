using Akka.Util.Reflection;

namespace Akka.Actor;

/// <summary>The settings that Akka itself reads, once, when the system starts.</summary>
public class Settings
{
    private readonly Config _userConfig;
    private Config _fallback;

    public Settings(ActorSystem system, Config config)
        : this(system, config, Akka.Actor.Setup.ActorSystemSetup.Empty)
    {
    }

    public Settings(ActorSystem system, Config config, Setup.ActorSystemSetup setup)
    {
        System = system;
        Setup = setup;
        _userConfig = config;
        _fallback = ConfigurationFactory.Default();
        Config = RebuildConfig();
        var bootstrap = setup.Get<BootstrapSetup>();
        var provider = bootstrap.HasValue ? bootstrap.Value.ActorRefProvider : Option<ProviderSelection>.None;
        ProviderSelectionType = provider.HasValue
            ? provider.Value
            : ProviderSelection.Parse(Config.GetString("akka.actor.provider", "local"));
        ProviderClass = ProviderSelectionType.Fqn;
        HasCluster = ProviderSelectionType.HasCluster;
        SupervisorStrategyClass = Config.GetString("akka.actor.guardian-supervisor-strategy", null);
        AskTimeout = Config.GetTimeSpan("akka.actor.ask-timeout", Timeout.InfiniteTimeSpan, allowInfinite: true);
        CreationTimeout = Config.GetTimeSpan("akka.actor.creation-timeout", null);
        UnstartedPushTimeout = Config.GetTimeSpan("akka.actor.unstarted-push-timeout", null);
        SerializeAllMessages = Config.GetBoolean("akka.actor.serialize-messages", false);
        SerializeAllCreators = Config.GetBoolean("akka.actor.serialize-creators", false);
        Home = Config.GetString("akka.home") ?? string.Empty;
        SchedulerClass = Config.GetString("akka.scheduler.implementation", null);
        SchedulerShutdownTimeout = Config.GetTimeSpan("akka.scheduler.shutdown-timeout", null);
        CoordinatedShutdownTerminateActorSystem = Config.GetBoolean("akka.coordinated-shutdown.terminate-actor-system", false);
        CoordinatedShutdownRunByActorSystemTerminate =
            Config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate", false);
        if (CoordinatedShutdownRunByActorSystemTerminate && !CoordinatedShutdownTerminateActorSystem)
        {
            throw new ConfigurationException(
                "akka.coordinated-shutdown.run-by-actor-system-terminate=on and "
                + "akka.coordinated-shutdown.terminate-actor-system=off is not a supported configuration combination.");
        }

        ReadLogging();
        ReadDebug();
    }

    public bool AddLoggingReceive { get; private set; }

    public TimeSpan AskTimeout { get; }

    public Config Config { get; private set; }

    public bool CoordinatedShutdownRunByActorSystemTerminate { get; }

    public bool CoordinatedShutdownTerminateActorSystem { get; }

    public TimeSpan CreationTimeout { get; }

    public bool DebugAutoReceive { get; private set; }

    public bool DebugEventStream { get; private set; }

    public bool DebugLifecycle { get; private set; }

    public bool DebugUnhandledMessage { get; private set; }

    public bool FsmDebugEvent { get; private set; }

    public bool HasCluster { get; }

    public string Home { get; }

    public bool LogConfigOnStart { get; private set; }

    public int LogDeadLetters { get; private set; }

    public bool LogDeadLettersDuringShutdown { get; private set; }

    public TimeSpan LogDeadLettersSuspendDuration { get; private set; }

    public ILogMessageFormatter LogFormatter { get; private set; }

    public string LogLevel { get; private set; }

    public bool LoggerAsyncStart { get; private set; }

    public TimeSpan LoggerStartTimeout { get; private set; }

    public IList<string> Loggers { get; private set; }

    public string LoggersDispatcher { get; private set; }

    public string ProviderClass { get; }

    public ProviderSelection ProviderSelectionType { get; }

    public string SchedulerClass { get; }

    public TimeSpan SchedulerShutdownTimeout { get; }

    public bool SerializeAllCreators { get; }

    public bool SerializeAllMessages { get; }

    public Setup.ActorSystemSetup Setup { get; }

    public string StdoutLogLevel { get; private set; }

    public MinimalLogger StdoutLogger { get; private set; }

    public string SupervisorStrategyClass { get; }

    public ActorSystem System { get; }

    public TimeSpan UnstartedPushTimeout { get; }

    /// <summary>Adds the defaults of a module beneath everything that is configured already.</summary>
    public void InjectTopLevelFallback(Config config)
    {
        _fallback = config.SafeWithFallback(_fallback);
        Config = RebuildConfig();
    }

    public override string ToString() => Config.ToString();

    private Config RebuildConfig() => _userConfig.SafeWithFallback(_fallback);

    private void ReadLogging()
    {
        Loggers = Config.GetStringList("akka.loggers", []);
        LoggersDispatcher = Config.GetString("akka.loggers-dispatcher", null);
        LoggerStartTimeout = Config.GetTimeSpan("akka.logger-startup-timeout", null);
        LoggerAsyncStart = Config.GetBoolean("akka.logger-async-start", false);
        LogLevel = Config.GetString("akka.loglevel", null);
        StdoutLogLevel = Config.GetString("akka.stdout-loglevel", null);
        var stdout = Config.GetString("akka.stdout-logger-class", null);
        StdoutLogger = string.IsNullOrWhiteSpace(stdout)
            ? new StandardOutLogger()
            : (MinimalLogger)Activator.CreateInstance(TypeCache.GetType(stdout));
        var formatter = Config.GetString("akka.logger-formatter", null);
        LogFormatter = string.IsNullOrWhiteSpace(formatter) || formatter.StartsWith("Akka.Event.DefaultLogMessageFormatter", StringComparison.Ordinal)
            ? DefaultLogMessageFormatter.Instance
            : (ILogMessageFormatter)Activator.CreateInstance(TypeCache.GetType(formatter));
        LogConfigOnStart = Config.GetBoolean("akka.log-config-on-start", false);
        LogDeadLetters = ReadDeadLetterCount(Config.GetString("akka.log-dead-letters", null));
        LogDeadLettersDuringShutdown = Config.GetBoolean("akka.log-dead-letters-during-shutdown", false);
        LogDeadLettersSuspendDuration = Config.GetTimeSpan("akka.log-dead-letters-suspend-duration", Timeout.InfiniteTimeSpan);
    }

    private void ReadDebug()
    {
        AddLoggingReceive = Config.GetBoolean("akka.actor.debug.receive", false);
        DebugAutoReceive = Config.GetBoolean("akka.actor.debug.autoreceive", false);
        DebugLifecycle = Config.GetBoolean("akka.actor.debug.lifecycle", false);
        DebugEventStream = Config.GetBoolean("akka.actor.debug.event-stream", false);
        DebugUnhandledMessage = Config.GetBoolean("akka.actor.debug.unhandled", false);
        FsmDebugEvent = Config.GetBoolean("akka.actor.debug.fsm", false);
    }

    private static int ReadDeadLetterCount(string text) => text?.ToLowerInvariant() switch
    {
        "on" or "true" or "yes" => int.MaxValue,
        "off" or "false" or "no" or null or "" => 0,
        _ => int.Parse(text),
    };
}
