namespace Akka.Actor;

/// <summary>The named timers of the machine.</summary>
public abstract partial class FSM<TState, TData>
{
    private readonly Dictionary<string, FsmTimer> _timers = [];
    private int _timerGeneration;

    public void SetTimer(string name, object msg, TimeSpan timeout, bool repeat = false)
    {
        CancelTimer(name);
        var timer = new FsmTimer(name, msg, repeat, ++_timerGeneration, this);
        _timers[name] = timer;
        timer.Start(Context.System.Scheduler, Self, timeout);
    }

    public void CancelTimer(string name)
    {
        if (_timers.Remove(name, out var timer))
        {
            timer.Cancel();
        }
    }

    public bool IsTimerActive(string name) => _timers.ContainsKey(name);

    private void ReceiveTimer(FsmTimer timer)
    {
        if (!ReferenceEquals(timer.Owner, this)
            || !_timers.TryGetValue(timer.Name, out var active) || active.Generation != timer.Generation)
        {
            return;
        }

        CancelStateTimeout();
        _generation++;
        if (!timer.Repeat)
        {
            _timers.Remove(timer.Name);
        }

        ProcessMessage(timer.Message, timer);
    }

    private void CancelTimers()
    {
        foreach (var timer in _timers.Values)
        {
            timer.Cancel();
        }

        _timers.Clear();
    }
}
