using System.Diagnostics;

namespace ActorEtcd.Specs.TestKit;

/// <summary>
/// Measures when the machine stood still: a thread that wants to run a hundred times a second and does not get to it, and a
/// small write that the disk does not take. A spec of timing may excuse with it what it cannot blame on the server.
/// </summary>
internal sealed class Stillness : IDisposable
{
    /// <summary>Shorter ones are nothing to speak of.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan FlushPause = TimeSpan.FromMilliseconds(100);

    private readonly ManualResetEventSlim _isOver = new();
    private readonly TempDir _dir = new();
    private readonly Lock _gate = new();
    private readonly List<StillPeriod> _periods = [];
    private readonly Thread[] _threads;
    private long _lastTick = Stopwatch.GetTimestamp();
    private long _flushBegun;

    public Stillness()
    {
        _threads = [new Thread(WatchProcessor) { IsBackground = true }, new Thread(WatchDisk) { IsBackground = true }];
        Array.ForEach(_threads, static thread => thread.Start());
    }

    /// <summary>The longest of the processor and the longest of the disk.</summary>
    public override string ToString() => $"the machine stood still for up to {Longest(ofDisk: false).TotalMilliseconds:F0} ms, "
        + $"its disk for up to {Longest(ofDisk: true).TotalMilliseconds:F0} ms";

    /// <summary>Whether there was one that lasted so long and was over, or went on, within so much time before the moment.</summary>
    public bool Explains(DateTimeOffset moment, TimeSpan processorFor, TimeSpan diskFor, TimeSpan before) => Periods().Any(period =>
        period.Length >= (period.IsOfDisk ? diskFor : processorFor) && period.From <= moment && period.To >= moment - before);

    public void Dispose()
    {
        _isOver.Set();
        Array.ForEach(_threads, static thread => thread.Join());
        _isOver.Dispose();
        _dir.Dispose();
    }

    private TimeSpan Longest(bool ofDisk) =>
        Periods().Where(period => period.IsOfDisk == ofDisk).Select(static period => period.Length).DefaultIfEmpty().Max();

    private StillPeriod[] Periods()
    {
        lock (_gate)
        {
            // One may go on, or be just over and not noted yet.
            DateTimeOffset now = DateTimeOffset.UtcNow;
            TimeSpan tick = Stopwatch.GetElapsedTime(Volatile.Read(ref _lastTick)) - Tick;
            TimeSpan flush = Volatile.Read(ref _flushBegun) is > 0 and var begun ? Stopwatch.GetElapsedTime(begun) : TimeSpan.Zero;
            return [.. _periods, new StillPeriod(now - tick, now, IsOfDisk: false), new StillPeriod(now - flush, now, IsOfDisk: true)];
        }
    }

    private void WatchProcessor()
    {
        TimeSpan pauses = GC.GetTotalPauseDuration();
        while (!_isOver.Wait(Tick))
        {
            // What collecting garbage takes is not the machine's doing: what is measured may be in this process.
            TimeSpan pausesNow = GC.GetTotalPauseDuration();
            Note(Stopwatch.GetElapsedTime(_lastTick) - Tick - (pausesNow - pauses), isOfDisk: false);
            Volatile.Write(ref _lastTick, Stopwatch.GetTimestamp());
            pauses = pausesNow;
        }
    }

    private void WatchDisk()
    {
        byte[] page = new byte[4096];
        using FileStream file = File.Create(Path.Combine(_dir.Path, "probe"), bufferSize: 0);
        while (!_isOver.Wait(FlushPause))
        {
            long begun = Stopwatch.GetTimestamp();
            Volatile.Write(ref _flushBegun, begun);
            file.Position = 0;
            file.Write(page);
            file.Flush(flushToDisk: true);
            Note(Stopwatch.GetElapsedTime(begun), isOfDisk: true);
            Volatile.Write(ref _flushBegun, 0);
        }
    }

    private void Note(TimeSpan length, bool isOfDisk)
    {
        if (length < Least)
        {
            return;
        }

        DateTimeOffset now = DateTimeOffset.UtcNow;
        lock (_gate)
        {
            _periods.Add(new StillPeriod(now - length, now, isOfDisk));
        }
    }

    private readonly record struct StillPeriod(DateTimeOffset From, DateTimeOffset To, bool IsOfDisk)
    {
        public TimeSpan Length => To - From;
    }
}
