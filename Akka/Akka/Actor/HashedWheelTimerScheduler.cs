using System.Collections.Concurrent;
using System.Diagnostics;

namespace Akka.Actor;

/// <summary>
/// A wheel of buckets, one per tick, turned by one thread. Adding an entry is putting it on a queue; a cancelled
/// entry is dropped when its bucket comes round. Nothing fires before its time; it fires at most one tick late.
/// The thread sleeps without waking while nothing is scheduled.
/// </summary>
public sealed class HashedWheelTimerScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private readonly ConcurrentQueue<Entry> _arriving = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly List<Entry>[] _wheel;
    private readonly long _tickTicks;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TimeSpan _shutdownTimeout;
    private Thread _worker;
    private int _startedWorker;
    private volatile bool _sleeping;
    private volatile bool _stopped;
    private int _waiting;

    public HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log)
    {
        var size = scheduler.GetInt("akka.scheduler.ticks-per-wheel", 0);
        var tick = scheduler.GetTimeSpan("akka.scheduler.tick-duration", TimeSpan.Zero);
        if (size <= 0 || tick < TimeSpan.FromMilliseconds(1))
        {
            throw new ConfigurationException(
                $"akka.scheduler needs ticks-per-wheel above 0 and tick-duration of at least 1ms, not {size} and {tick}");
        }

        _shutdownTimeout = scheduler.GetTimeSpan("akka.scheduler.shutdown-timeout", TimeSpan.FromSeconds(5));
        _tickTicks = tick.Ticks;
        _wheel = new List<Entry>[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)size)];
    }

    public override TimeSpan HighResMonotonicClock => Stopwatch.GetElapsedTime(_start);

    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(_start);

    protected override DateTimeOffset TimeNow => DateTimeOffset.Now;

    public void Dispose()
    {
        _stopped = true;
        _wake.Release();
        if (_worker is not null && !ReferenceEquals(_worker, Thread.CurrentThread))
        {
            _worker.Join(_shutdownTimeout);
        }
    }

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, new ActionRunnable(action), null, null, null, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, action, null, null, null, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, new ActionRunnable(action), null, null, null, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Add(initialDelay, interval, action, null, null, null, cancelable);

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(delay, TimeSpan.Zero, null, receiver, message, sender, cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, interval, null, receiver, message, sender, cancelable);

    private void Add(
        TimeSpan delay, TimeSpan interval, IRunnable run, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable)
    {
        if (_stopped)
        {
            throw new SchedulerException("cannot enqueue after timer shutdown");
        }

        if (cancelable is not null && cancelable.IsCancellationRequested)
        {
            return;
        }

        var entry = new Entry(run, receiver, message, sender, cancelable, interval.Ticks)
        {
            Due = Saturate(HighResMonotonicClock.Ticks, delay.Ticks),
        };
        if (delay == TimeSpan.Zero)
        {
            // Due at once: the wheel would only add a tick of delay.
            ThreadPool.UnsafeQueueUserWorkItem(static state => state.Scheduler.FireNow(state.Entry), (Scheduler: this, Entry: entry), false);
            return;
        }

        Enqueue(entry);
    }

    private static long Saturate(long now, long delay) => delay > long.MaxValue - now ? long.MaxValue : now + delay;

    private void FireNow(Entry entry)
    {
        if (Fire(entry) && !_stopped)
        {
            Enqueue(entry);
        }
    }

    private void Enqueue(Entry entry)
    {
        _arriving.Enqueue(entry);
        if (Volatile.Read(ref _startedWorker) == 0 && Interlocked.Exchange(ref _startedWorker, 1) == 0)
        {
            _worker = new Thread(Turn) { IsBackground = true, Name = "akka-scheduler" };
            _worker.UnsafeStart();
        }

        Interlocked.MemoryBarrier();
        if (_sleeping)
        {
            _wake.Release();
        }
    }

    private void Turn()
    {
        var tick = HighResMonotonicClock.Ticks / _tickTicks;
        while (!_stopped)
        {
            if (_waiting == 0 && _arriving.IsEmpty)
            {
                SleepUntilNeeded();
                tick = HighResMonotonicClock.Ticks / _tickTicks;
            }

            TakeArrivals(tick);
            var until = ((tick + 1) * _tickTicks) - HighResMonotonicClock.Ticks;
            if (until > 0)
            {
                Thread.Sleep((int)((until + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond));
            }

            TakeArrivals(tick);
            FireBucket(tick);
            tick++;
        }
    }

    private void SleepUntilNeeded()
    {
        _sleeping = true;
        Interlocked.MemoryBarrier();
        if (_arriving.IsEmpty && !_stopped)
        {
            _wake.Wait();
        }

        _sleeping = false;
        while (_wake.Wait(0))
        {
        }
    }

    private void TakeArrivals(long tick)
    {
        while (_arriving.TryDequeue(out var entry))
        {
            _waiting++;
            Place(entry, tick);
        }
    }

    // The bucket of tick n is fired when tick n has passed completely, so nothing in it fires early.
    private void Place(Entry entry, long tick)
    {
        var dueTick = Math.Max(entry.Due / _tickTicks, tick);
        var bucket = (int)(dueTick & (_wheel.Length - 1));
        (_wheel[bucket] ??= []).Add(entry);
    }

    private void FireBucket(long tick)
    {
        var index = (int)(tick & (_wheel.Length - 1));
        var bucket = _wheel[index];
        if (bucket is null || bucket.Count == 0)
        {
            return;
        }

        var end = (tick + 1) * _tickTicks;
        var kept = 0;
        _wheel[index] = null;
        for (var i = 0; i < bucket.Count; i++)
        {
            var entry = bucket[i];
            if (entry.Cancelable is not null && entry.Cancelable.IsCancellationRequested)
            {
                _waiting--;
            }
            else if (entry.Due >= end)
            {
                bucket[kept++] = entry;
            }
            else if (Fire(entry))
            {
                Place(entry, tick + 1);
            }
            else
            {
                _waiting--;
            }
        }

        KeepLater(index, bucket, kept);
    }

    private void KeepLater(int index, List<Entry> bucket, int kept)
    {
        bucket.RemoveRange(kept, bucket.Count - kept);
        var placedMeanwhile = _wheel[index];
        if (placedMeanwhile is not null)
        {
            bucket.AddRange(placedMeanwhile);
        }

        _wheel[index] = bucket;
    }

    /// <summary>Carries the entry out; true when it is to come again.</summary>
    private bool Fire(Entry entry)
    {
        if (entry.Cancelable is not null && entry.Cancelable.IsCancellationRequested)
        {
            return false;
        }

        try
        {
            entry.Execute();
        }
        catch (Exception cause)
        {
            Log.Error(cause, "A scheduled action failed; it is not repeated");
            return false;
        }

        if (entry.Interval == 0)
        {
            return false;
        }

        entry.Due = Saturate(entry.Due, entry.Interval);
        return true;
    }

    private sealed class Entry
    {
        private readonly IRunnable _run;
        private readonly ICanTell _receiver;
        private readonly object _message;
        private readonly IActorRef _sender;

        public Entry(IRunnable run, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable, long interval)
        {
            _run = run;
            _receiver = receiver;
            _message = message;
            _sender = sender;
            Cancelable = cancelable;
            Interval = interval;
        }

        public ICancelable Cancelable { get; }

        public long Interval { get; }

        /// <summary>In ticks of the scheduler's clock.</summary>
        public long Due { get; set; }

        public void Execute()
        {
            if (_receiver is not null)
            {
                _receiver.Tell(_message, _sender);
            }
            else
            {
                _run.Run();
            }
        }
    }
}
