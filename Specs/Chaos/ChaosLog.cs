using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ActorEtcd.Specs.Chaos.Checker;

namespace ActorEtcd.Specs.Chaos;

/// <summary>What clients and faults did during a run.</summary>
internal sealed class ChaosLog
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _acknowledged;

    /// <summary>A planted fault: what clients take for linearizable reads is not.</summary>
    public bool ReadsAreStale { get; init; }

    public ConcurrentQueue<Write> Writes { get; } = [];

    public ConcurrentQueue<Read> Reads { get; } = [];

    public ConcurrentQueue<RangeRead> RangeReads { get; } = [];

    /// <summary>Sets and lists by their number.</summary>
    public ConcurrentQueue<(int Set, Call<SetOperation> Call)> SetCalls { get; } = [];

    public ConcurrentQueue<(int Lists, Call<ListTransaction> Call)> ListCalls { get; } = [];

    public ConcurrentQueue<LockHold> Holds { get; } = [];

    /// <summary>What was seen to be wrong while the run went on.</summary>
    public ConcurrentQueue<string> Violations { get; } = [];

    public ConcurrentQueue<string> Faults { get; } = [];

    public ConcurrentDictionary<string, int> FaultCounts { get; } = [];

    public ConcurrentDictionary<string, int> Errors { get; } = [];

    public ConcurrentDictionary<string, OperationCount> Operations { get; } = [];

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    public void Add(Write write)
    {
        Writes.Enqueue(write);
        if (write.Revision != 0)
        {
            Interlocked.Increment(ref _acknowledged);
        }
    }

    public void Count(string operation, Outcome outcome) =>
        Operations.GetOrAdd(operation, static _ => new OperationCount()).Add(outcome);

    public void Fault(string what)
    {
        Faults.Enqueue($"{Elapsed()} {what}");
    }

    public void Violation(string what)
    {
        Violations.Enqueue($"{Elapsed()} {what}");
    }

    public void Error(Exception failure)
    {
        Errors.AddOrUpdate(failure.Message, 1, static (_, count) => count + 1);
    }

    /// <summary>The longest time without an acknowledged write between the first and the last of the run.</summary>
    public TimeSpan WorstUnavailability()
    {
        long[] times = [.. Writes.Where(write => write.Revision != 0).Select(write => write.FinishedAt).Order()];
        long worst = times.Zip(times.Skip(1), (before, after) => after - before).DefaultIfEmpty(0).Max();
        return Stopwatch.GetElapsedTime(0, worst);
    }

    private string Elapsed()
    {
        return Stopwatch.GetElapsedTime(_start).TotalSeconds.ToString("F2", CultureInfo.InvariantCulture);
    }
}
