namespace ActorEtcd.Host.Logging;

/// <summary>Where log lines go. Called by one thread at a time; every line is out when the call is over.</summary>
public abstract class LogOutput : IDisposable
{
    /// <param name="line">The line with its end.</param>
    public abstract void Write(LogSeverity severity, ReadOnlySpan<byte> line);

    public abstract void Dispose();
}
