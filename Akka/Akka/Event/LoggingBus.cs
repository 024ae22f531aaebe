using Akka.Util.Reflection;

namespace Akka.Event;

/// <summary>The part of the event stream that carries log events to the loggers.</summary>
public class LoggingBus : ActorEventBus<object, Type>
{
    private static int LoggerCount;

    private readonly List<IActorRef> _loggers = [];

    public LoggingBus()
    {
        LogLevel = Logging.OffLogLevel;
    }

    public LogLevel LogLevel { get; private set; }

    public void SetLogLevel(LogLevel logLevel)
    {
        LogLevel = logLevel;
        IActorRef[] loggers;
        lock (_loggers)
        {
            loggers = [.. _loggers];
        }

        foreach (var logger in loggers)
        {
            SubscribeTo(logger, logLevel);
        }
    }

    public void StartStdoutLogger(Settings config)
    {
        SetUpStdoutLogger(config.StdoutLogger, config.StdoutLogLevel);
        Publish(new Debug(Logging.SimpleName(this), GetType(), "StandardOutLogger started"));
    }

    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        var settings = system.Settings;
        var level = Logging.LogLevelFor(settings.LogLevel);
        LogLevel = level;
        var keepStdout = false;
        foreach (var name in settings.Loggers)
        {
            var type = LoggerType(name);
            if (typeof(MinimalLogger).IsAssignableFrom(type))
            {
                keepStdout = true;
                SubscribeTo(settings.StdoutLogger, level);
                continue;
            }

            AddLogger(system, type, level);
        }

        if (!keepStdout)
        {
            RemoveLogger(settings.StdoutLogger);
        }

        Publish(new Debug(Logging.SimpleName(this), GetType(), "Default Loggers started"));
    }

    internal void StopDefaultLoggers(ActorSystem system)
    {
        var stdout = system.Settings.StdoutLogger;
        IActorRef[] loggers;
        lock (_loggers)
        {
            loggers = [.. _loggers];
        }

        if (!loggers.Contains(stdout))
        {
            SetUpStdoutLogger(stdout, system.Settings.StdoutLogLevel);
        }

        foreach (var logger in loggers.Where(l => l is not MinimalLogger))
        {
            RemoveLogger(logger);
            (logger as IInternalActorRef)?.Stop();
        }
    }

    protected override bool Classify(object @event, Type classifier) => classifier.IsAssignableFrom(GetClassifier(@event));

    protected override Type GetClassifier(object @event) => @event.GetType();

    protected override bool IsSubClassification(Type parent, Type child) => parent.IsAssignableFrom(child);

    protected override void Publish(object @event, IActorRef subscriber) => subscriber.Tell(@event, ActorRefs.NoSender);

    private static Type LoggerType(string name)
    {
        try
        {
            return TypeCache.GetType(name);
        }
        catch (Exception cause)
        {
            throw new ConfigurationException(
                $"Logger specified in config cannot be found: \"{name}\"", cause);
        }
    }

    private void AddLogger(ActorSystemImpl system, Type type, LogLevel level)
    {
        var name = $"log{Interlocked.Increment(ref LoggerCount)}-{Logging.SimpleName(type)}";
        var props = Props.Create(type).WithDispatcher(system.Settings.LoggersDispatcher);
        var logger = system.SystemActorOf(props, name);
        var timeout = system.Settings.LoggerStartTimeout;
        var started = logger.Ask<LoggerInitialized>(new InitializeLogger(this), timeout);
        if (!system.Settings.LoggerAsyncStart && !WaitFor(started, timeout))
        {
            Publish(new Warning(
                Logging.SimpleName(this), GetType(), $"Logger {name} [{type}] did not respond within {timeout} to InitializeLogger"));
        }

        lock (_loggers)
        {
            _loggers.Add(logger);
        }

        SubscribeTo(logger, level);
        Publish(new Debug(Logging.SimpleName(this), GetType(), $"Logger {name} [{type.Name}] started"));
    }

    private static bool WaitFor(Task started, TimeSpan timeout)
    {
        try
        {
            return started.Wait(timeout);
        }
        catch (AggregateException)
        {
            return false;
        }
    }

    private void RemoveLogger(IActorRef logger)
    {
        lock (_loggers)
        {
            _loggers.Remove(logger);
        }

        Unsubscribe(logger);
    }

    private void SetUpStdoutLogger(MinimalLogger logger, string level)
    {
        LogLevel = Logging.LogLevelFor(level);
        lock (_loggers)
        {
            _loggers.Add(logger);
        }

        SubscribeTo(logger, LogLevel);
    }

    private void SubscribeTo(IActorRef logger, LogLevel minimum)
    {
        foreach (var level in Logging.AllLogLevels)
        {
            if (level >= minimum)
            {
                Subscribe(logger, level.ClassFor());
            }
            else
            {
                Unsubscribe(logger, level.ClassFor());
            }
        }
    }
}
