using ActorEtcd.Host.Tls;
using Microsoft.Extensions.Logging;

namespace ActorEtcd.Host.Logging;

/// <summary>Lets Kestrel and the gRPC layer write to the server's log.</summary>
public sealed class HostLoggerFactory(LogWriter writer) : ILoggerFactory
{
    public void AddProvider(ILoggerProvider provider)
    {
        // There is one log; nothing else is told.
    }

    public ILogger CreateLogger(string categoryName) => new HostLogger(writer, categoryName);

    public void Dispose()
    {
        // The writer belongs to whoever made it.
    }

    private sealed class HostLogger(LogWriter writer, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        // The web server tells of a failed handshake as a detail.
        private readonly bool _isTls = category.EndsWith("HttpsConnectionMiddleware", StringComparison.Ordinal);

        public bool IsEnabled(LogLevel logLevel) => _isTls || logLevel != LogLevel.None && writer.IsEnabled(SeverityOf(logLevel));

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            if (_isTls)
            {
                if (exception is not null && !TlsFailure.IsTold(exception))
                {
                    writer.Write(LogSeverity.Warn, "embed", "rejected connection on client endpoint", ("error", TlsFailure.TextOf(exception)));
                }

                return;
            }

            var text = formatter(state, exception);
            if (exception is null)
            {
                writer.Write(SeverityOf(logLevel), category, text);
            }
            else
            {
                writer.Write(SeverityOf(logLevel), category, text, ("error", exception is TlsRefusedException ? exception.Message : $"{exception.GetType().Name}: {exception.Message}"));
            }
        }

        // What the web server tells of every connection is detail here.
        private LogSeverity SeverityOf(LogLevel level) => level switch
        {
            LogLevel.Warning => LogSeverity.Warn,
            LogLevel.Error or LogLevel.Critical => LogSeverity.Error,
            LogLevel.Information when !category.StartsWith("Microsoft", StringComparison.Ordinal) => LogSeverity.Info,
            _ => LogSeverity.Debug,
        };
    }
}
