namespace Akka.Event;

/// <summary>Logs the first dead letters, then keeps silent, for good or for a while, as configured.</summary>
public class DeadLetterListener : ActorBase
{
    private readonly EventStream _eventStream = Context.System.EventStream;
    private readonly int _maxCount = Context.System.Settings.LogDeadLetters;
    private readonly TimeSpan _suspendFor = Context.System.Settings.LogDeadLettersSuspendDuration;
    private TimeSpan _silentUntil;
    private int _count;

    protected override void PreStart()
    {
        _eventStream.Subscribe(Self, typeof(DeadLetter));
        _eventStream.Subscribe(Self, typeof(Dropped));
        _eventStream.Subscribe(Self, typeof(UnhandledMessage));
    }

    protected override void PostStop() => _eventStream.Unsubscribe(Self);

    protected override void PreRestart(Exception reason, object message)
    {
    }

    protected override void PostRestart(Exception reason)
    {
    }

    protected override bool Receive(object message)
    {
        if (message is not AllDeadLetters letter || letter.Message is IDeadLetterSuppression)
        {
            return true;
        }

        if (_count >= _maxCount && !MayResume())
        {
            return true;
        }

        _count++;
        var ending = _count < _maxCount
            ? "."
            : _suspendFor == Timeout.InfiniteTimeSpan
                ? ", no more dead letters will be logged."
                : $", no more dead letters will be logged in next [{_suspendFor}].";
        _silentUntil = Context.System.Scheduler.MonotonicClock + Max(_suspendFor, TimeSpan.Zero);
        Publish(letter, ending);
        return true;
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private bool MayResume()
    {
        if (_suspendFor <= TimeSpan.Zero || Context.System.Scheduler.MonotonicClock < _silentUntil)
        {
            return false;
        }

        _count = 0;
        return true;
    }

    private void Publish(AllDeadLetters letter, string ending)
    {
        var from = letter.Sender is null || letter.Sender is DeadLetterActorRef ? string.Empty : $" from {letter.Sender}";
        var what = letter is UnhandledMessage ? "was unhandled" : "was not delivered";
        var reason = letter is Dropped dropped ? $" [{dropped.Reason}]" : string.Empty;
        _eventStream.Publish(new Info(
            letter.Recipient.Path.ToString(),
            letter.Recipient.GetType(),
            $"Message [{letter.Message.GetType().Name}]{from} to {letter.Recipient} {what}{reason}. "
            + $"[{_count}] dead letters encountered{ending} This logging can be turned off or adjusted with configuration "
            + "settings 'akka.log-dead-letters' and 'akka.log-dead-letters-during-shutdown'."));
    }
}
