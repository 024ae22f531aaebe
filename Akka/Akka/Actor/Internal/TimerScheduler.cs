namespace Akka.Actor.Internal;

/// <summary>
/// The keyed timers of one actor. Invariant: after a timer is cancelled or replaced, no message of it reaches the
/// actor, even if one is in the mailbox already, because its generation is no longer the current one of its key.
/// </summary>
internal sealed class TimerScheduler : ITimerScheduler
{
    private readonly ActorCell _cell;
    private readonly Dictionary<object, Timer> _timers = [];
    private int _generation;

    public TimerScheduler(IActorContext context)
    {
        _cell = (ActorCell)context;
    }

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) =>
        Start(key, msg, interval, interval, repeat: true, _cell.Self);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender) =>
        Start(key, msg, interval, interval, repeat: true, sender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) =>
        Start(key, msg, initialDelay, interval, repeat: true, _cell.Self);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender) =>
        Start(key, msg, initialDelay, interval, repeat: true, sender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) =>
        Start(key, msg, timeout, TimeSpan.Zero, repeat: false, _cell.Self);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender) =>
        Start(key, msg, timeout, TimeSpan.Zero, repeat: false, sender);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer))
        {
            timer.Schedule.Cancel();
        }
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values)
        {
            timer.Schedule.Cancel();
        }

        _timers.Clear();
    }

    /// <summary>Accepts a timer's message if that timer is still the current one of its key.</summary>
    public bool TryTake(TimerMessage fired, out object message)
    {
        if (!_timers.TryGetValue(fired.Key, out var timer) || timer.Generation != fired.Generation)
        {
            message = null;
            return false;
        }

        if (!timer.Repeat)
        {
            _timers.Remove(fired.Key);
        }

        message = timer.Message;
        return true;
    }

    private void Start(object key, object message, TimeSpan delay, TimeSpan interval, bool repeat, IActorRef sender)
    {
        Cancel(key);
        var timer = new Timer(message, ++_generation, repeat, new FlagCancelable());
        _timers[key] = timer;
        var fired = new TimerMessage(this, key, timer.Generation);
        var scheduler = _cell.System.Scheduler;
        if (repeat)
        {
            scheduler.ScheduleTellRepeatedly(delay, interval, _cell.Self, fired, sender, timer.Schedule);
        }
        else
        {
            scheduler.ScheduleTellOnce(delay, _cell.Self, fired, sender, timer.Schedule);
        }
    }

    private sealed record Timer(object Message, int Generation, bool Repeat, ICancelable Schedule);
}
