using Akka.Event;

namespace Akka.TestKit;

/// <summary>Decides whether a log event is to be muted.</summary>
public interface IEventFilter
{
    bool Apply(LogEvent logEvent);
}
