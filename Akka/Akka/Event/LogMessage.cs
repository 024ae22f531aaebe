using Akka.Annotations;

namespace Akka.Event;

public abstract class LogMessage
{
    protected readonly ILogMessageFormatter Formatter;

    public LogMessage(ILogMessageFormatter formatter, string format)
    {
        Formatter = formatter;
        Format = format;
    }

    public string Format { get; }

    [InternalApi]
    public abstract IEnumerable<object> Parameters();

    [InternalApi]
    public abstract string Unformatted();
}
