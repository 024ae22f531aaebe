using ActorEtcd.Host.Logging;
using ActorEtcd.Persistence.Journal;

namespace ActorEtcd.Host.Server;

/// <summary>Ends the process at once when the write-ahead log cannot be written: nothing may be acknowledged any more.</summary>
public sealed class LoggingFatalHandler(LogWriter log) : IFatalHandler
{
    public void Fatal(string message, Exception cause)
    {
        log.Write(LogSeverity.Fatal, "wal", message, ("error", cause.Message));
        ProcessExitFatalHandler.Instance.Fatal(message, cause);
    }
}
