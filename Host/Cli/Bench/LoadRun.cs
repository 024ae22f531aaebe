using System.Collections.Concurrent;
using System.Diagnostics;
using ActorEtcd.Host.GrpcClient;

namespace ActorEtcd.Host.Cli.Bench;

/// <summary>
/// Shared by the clients of one run: hands out requests until the total is reached, paces them, and collects what
/// became of them. Requests below the warm-up count are made but not recorded.
/// </summary>
internal sealed class LoadRun
{
    private const double NanosecondsPerSecond = 1e9;
    private static readonly double NanosecondsPerTick = NanosecondsPerSecond / Stopwatch.Frequency;

    private readonly BenchOptions _options;
    private readonly long _all;
    private readonly ConcurrentDictionary<string, long> _errors = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _issued;
    private long _finished;
    private long _measuredFrom;
    private ServerUsage _usageBefore;

    public LoadRun(BenchOptions options)
    {
        _options = options;
        _all = options.Total + options.Warmup;
        if (options.Warmup == 0)
        {
            BeginMeasuring();
        }
    }

    public LatencyHistogram Latencies { get; } = new();

    public long Finished => Volatile.Read(ref _finished);

    /// <summary>True with the number of the next request; false when there is nothing left to do.</summary>
    public bool TryTake(out long number)
    {
        number = Interlocked.Increment(ref _issued) - 1;
        if (number == _options.Warmup && number > 0)
        {
            BeginMeasuring();
        }

        return number < _all;
    }

    /// <summary>The time from which the request's latency counts; waits for its turn if a rate is set.</summary>
    public ValueTask<long> DueAsync(long number)
    {
        if (_options.Rate == 0)
        {
            return ValueTask.FromResult(Stopwatch.GetTimestamp());
        }

        long due = _start + (long)(number * (double)Stopwatch.Frequency / _options.Rate);
        return due <= Stopwatch.GetTimestamp() ? ValueTask.FromResult(due) : WaitUntilAsync(due);
    }

    public void Succeeded(long number, long since)
    {
        Interlocked.Increment(ref _finished);
        if (number >= _options.Warmup)
        {
            Latencies.Record((long)((Stopwatch.GetTimestamp() - since) * NanosecondsPerTick));
        }
    }

    public void Failed(long number, Exception failure)
    {
        Interlocked.Increment(ref _finished);
        if (number >= _options.Warmup)
        {
            _errors.AddOrUpdate(failure.Message, 1, static (_, count) => count + 1);
        }
    }

    /// <summary>Runs the clients, shows progress, and sums up.</summary>
    public async Task<BenchResult> CompleteAsync(IEnumerable<Task> clients)
    {
        Task all = Task.WhenAll(clients);
        await ProgressLine.ShowUntilAsync(all, _options.Command, () => Finished, _all);
        TimeSpan duration = Stopwatch.GetElapsedTime(_measuredFrom);
        ServerUsage usage = ServerUsage.Of(_options.ServerProcessIds);
        await all;
        return BenchResult.Of(_options, Latencies, _errors, duration, _usageBefore, usage);
    }

    private static async ValueTask<long> WaitUntilAsync(long due)
    {
        await Task.Delay(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due)).ConfigureAwait(false);
        return due;
    }

    private void BeginMeasuring()
    {
        _usageBefore = ServerUsage.Of(_options.ServerProcessIds);
        _measuredFrom = Stopwatch.GetTimestamp();
    }
}
