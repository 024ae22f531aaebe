using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace ActorEtcd.Host.Logging;

/// <summary>Passes the log events of the actor system to the server's log.</summary>
public sealed class AkkaLogActor : UntypedActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private static LogWriter? Writer;
    private static volatile bool IsStarting;

    /// <summary>
    /// The log that loggers write to. Akka makes loggers by type name, so they cannot be handed it; set once, before
    /// the first actor system starts. Until <see cref="EndStart"/> errors are detail: whatever keeps a server from
    /// starting ends the process with one line that says why, which several actors would otherwise repeat.
    /// </summary>
    public static void Use(LogWriter writer)
    {
        Writer = writer;
        IsStarting = true;
    }

    /// <summary>The server has started: from now on errors are told as they come.</summary>
    public static void EndStart() => IsStarting = false;

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

    /// <summary>Writes one event. Safe from any thread.</summary>
    internal static void Write(LogEvent happened)
    {
        var severity = happened.LogLevel() switch
        {
            LogLevel.DebugLevel => LogSeverity.Debug,
            LogLevel.InfoLevel => LogSeverity.Info,
            LogLevel.WarningLevel => LogSeverity.Warn,
            _ => IsStarting ? LogSeverity.Debug : LogSeverity.Error,
        };
        var caller = $"{happened.LogClass.Name}:{happened.LogSource}";
        var text = happened.Message?.ToString() ?? string.Empty;
        if (happened.Cause is { } cause)
        {
            Writer?.Write(severity, caller, text, ("error", $"{cause.GetType().Name}: {cause.Message}"), ("stacktrace", cause.StackTrace));
        }
        else
        {
            Writer?.Write(severity, caller, text);
        }
    }
}
