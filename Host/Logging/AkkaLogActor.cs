using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace ActorEtcd.Host.Logging;

/// <summary>Passes the log events of the actor system to the server's log.</summary>
public sealed class AkkaLogActor : UntypedActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private static LogWriter? _writer;

    /// <summary>
    /// The log that loggers write to. Akka makes loggers by type name, so they cannot be handed it; set once, before
    /// the first actor system starts.
    /// </summary>
    public static void Use(LogWriter writer) => _writer = writer;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                break;
            case LogEvent happened:
                Write(happened);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private static void Write(LogEvent happened)
    {
        var severity = happened.LogLevel() switch
        {
            LogLevel.DebugLevel => LogSeverity.Debug,
            LogLevel.InfoLevel => LogSeverity.Info,
            LogLevel.WarningLevel => LogSeverity.Warn,
            _ => LogSeverity.Error,
        };
        var caller = $"{happened.LogClass.Name}:{happened.LogSource}";
        var text = happened.Message?.ToString() ?? string.Empty;
        if (happened.Cause is { } cause)
        {
            _writer?.Write(severity, caller, text, ("error", $"{cause.GetType().Name}: {cause.Message}"), ("stacktrace", cause.StackTrace));
        }
        else
        {
            _writer?.Write(severity, caller, text);
        }
    }
}
