using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>
/// A scheduler with virtual time. Time stands still until <see cref="Advance"/> or <see cref="AdvanceTo"/> moves it;
/// then everything that was due runs on the calling thread, in the order of its time and of its scheduling.
/// </summary>
/// <remarks>
/// One advance fires a repeated item at most once and re-arms it from the new time; what is scheduled while an
/// advance fires waits for the next one. Both are Akka.NET's behaviour: advance in small steps. So is it that only
/// <see cref="Now"/> is virtual: the monotonic clocks are the machine's.
/// </remarks>
public class TestScheduler : IScheduler, IAdvancedScheduler
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Item, (long Ticks, long Order)> _items = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _order;
    private DateTimeOffset _now;

    public TestScheduler(Config schedulerConfig, ILoggingAdapter log) => _now = DateTimeOffset.UtcNow;

    public DateTimeOffset Now => TimeNow;

    public TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(_started);

    public TimeSpan HighResMonotonicClock => MonotonicClock;

    public IAdvancedScheduler Advanced => this;

    protected DateTimeOffset TimeNow
    {
        get
        {
            lock (_lock)
            {
                return _now;
            }
        }
    }

    public void Advance(TimeSpan offset)
    {
        foreach (var item in TakeDue(offset))
        {
            if (item.IsCancelled)
            {
                continue;
            }

            item.Run();
            if (item.Interval is { } interval && !item.IsCancelled)
            {
                Add(interval, item);
            }
        }
    }

    public void AdvanceTo(DateTimeOffset when)
    {
        var now = TimeNow;
        if (when < now)
        {
            throw new InvalidOperationException($"Time cannot go back from {now:O} to {when:O}");
        }

        Advance(when - now);
    }

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender) =>
        Add(delay, new Item(() => receiver.Tell(message, sender), null, null));

    public void ScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable? cancelable) =>
        Add(delay, new Item(() => receiver.Tell(message, sender), null, cancelable));

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender) =>
        Add(initialDelay, new Item(() => receiver.Tell(message, sender), interval, null));

    public void ScheduleTellRepeatedly(
        TimeSpan initialDelay,
        TimeSpan interval,
        ICanTell receiver,
        object message,
        IActorRef sender,
        ICancelable? cancelable) =>
        Add(initialDelay, new Item(() => receiver.Tell(message, sender), interval, cancelable));

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) =>
        Add(delay, new Item(action, null, cancelable));

    public void ScheduleOnce(TimeSpan delay, Action action) => Add(delay, new Item(action, null, null));

    public void ScheduleOnce(TimeSpan delay, IRunnable action, ICancelable? cancelable) =>
        Add(delay, new Item(action.Run, null, cancelable));

    public void ScheduleOnce(TimeSpan delay, IRunnable action) => Add(delay, new Item(action.Run, null, null));

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) =>
        Add(initialDelay, new Item(action, interval, cancelable));

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) =>
        Add(initialDelay, new Item(action, interval, null));

    public void ScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable? cancelable) =>
        Add(initialDelay, new Item(action.Run, interval, cancelable));

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action) =>
        Add(initialDelay, new Item(action.Run, interval, null));

    private List<Item> TakeDue(TimeSpan offset)
    {
        var due = new List<Item>();
        lock (_lock)
        {
            _now += offset;
            while (_items.TryPeek(out var item, out var at) && at.Ticks <= _now.UtcTicks)
            {
                _items.Dequeue();
                due.Add(item);
            }
        }

        return due;
    }

    private void Add(TimeSpan delay, Item item)
    {
        lock (_lock)
        {
            _items.Enqueue(item, ((_now + delay).UtcTicks, _order++));
        }
    }

    private sealed record Item(Action Run, TimeSpan? Interval, ICancelable? Cancelable)
    {
        public bool IsCancelled => Cancelable?.IsCancellationRequested ?? false;
    }
}
