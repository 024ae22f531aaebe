using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.TestKit.TestEvent;

namespace Akka.TestKit;

/// <summary>Prints like the default logger, except for what a muted filter matches.</summary>
public class TestEventListener : DefaultLogger
{
    private readonly List<IEventFilter> _filters = [];

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger initialize:
                Subscribe(initialize, Context.Self);
                return base.Receive(message);
            case Mute mute:
                _filters.AddRange(mute.Filters);
                return true;
            case Unmute unmute:
                foreach (var filter in unmute.Filters)
                {
                    _filters.Remove(filter);
                }

                return true;
            case LogEvent logEvent:
                PrintUnlessMuted(logEvent, logEvent);
                return true;
            case DeadLetter deadLetter:
                OnDeadLetter(deadLetter);
                return true;
            case UnhandledMessage unhandled:
                OnUnhandled(unhandled);
                return true;
            default:
                return base.Receive(message);
        }
    }

    private static void Subscribe(InitializeLogger initialize, IActorRef self)
    {
        initialize.LoggingBus.Subscribe(self, typeof(Mute));
        initialize.LoggingBus.Subscribe(self, typeof(Unmute));
        initialize.LoggingBus.Subscribe(self, typeof(DeadLetter));
        initialize.LoggingBus.Subscribe(self, typeof(UnhandledMessage));
    }

    private void OnDeadLetter(DeadLetter deadLetter)
    {
        if (deadLetter.Message is Terminate)
        {
            return;
        }

        var source = deadLetter.Recipient.Path.ToString()!;
        var type = deadLetter.Recipient.GetType();
        PrintUnlessMuted(
            new Warning(source, type, deadLetter),
            new Warning(source, type, $"Dead letter from {deadLetter.Sender}: {deadLetter.Message}"));
    }

    private void OnUnhandled(UnhandledMessage unhandled)
    {
        var warning = new Warning(
            unhandled.Recipient.Path.ToString()!,
            unhandled.Recipient.GetType(),
            $"Unhandled message from {unhandled.Sender}: {unhandled.Message}");
        PrintUnlessMuted(warning, warning);
    }

    private void PrintUnlessMuted(LogEvent matched, LogEvent printed)
    {
        foreach (var filter in _filters)
        {
            if (filter.Apply(matched))
            {
                return;
            }
        }

        Print(printed);
    }
}
