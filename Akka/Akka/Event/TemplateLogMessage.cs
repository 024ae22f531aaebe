namespace Akka.Event;

/// <summary>A template and its values; the text is put together only when a logger asks for it.</summary>
internal sealed class TemplateLogMessage : LogMessage
{
    private readonly object[] _args;

    public TemplateLogMessage(ILogMessageFormatter formatter, string format, params object[] args)
        : base(formatter, format)
    {
        _args = args;
    }

    public override IEnumerable<object> Parameters() => _args;

    public override string Unformatted() => Format + ", [" + string.Join(",", _args) + "]";

    public override string ToString()
    {
        try
        {
            return Formatter.Format(Format, _args);
        }
        catch (FormatException)
        {
            return "Received a malformed formatted log message. Template: " + Unformatted();
        }
    }
}
