namespace Akka.Event;

public class StandardOutLogger : MinimalLogger
{
    protected override void Log(object message) => Print(message as LogEvent);

    internal static void Print(LogEvent logEvent)
    {
        if (logEvent is not null)
        {
            Console.Out.WriteLine(logEvent.ToString());
        }
    }
}
