using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace ActorEtcd.Specs.Chaos;

/// <summary>What clients and faults did during a run.</summary>
internal sealed class ChaosLog
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public ConcurrentQueue<Write> Writes { get; } = [];

    public ConcurrentQueue<Read> Reads { get; } = [];

    /// <summary>What was seen to be wrong while the run went on.</summary>
    public ConcurrentQueue<string> Violations { get; } = [];

    public ConcurrentQueue<string> Faults { get; } = [];

    public ConcurrentDictionary<string, int> Errors { get; } = [];

    public int Acknowledged { get; private set; }

    public void Add(Write write)
    {
        Writes.Enqueue(write);
        if (write.Revision != 0)
        {
            lock (this)
            {
                Acknowledged++;
            }
        }
    }

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

    public string Summary()
    {
        return $"{Writes.Count} writes, {Acknowledged} acknowledged, {Reads.Count} reads\n"
            + string.Join('\n', Errors.OrderByDescending(error => error.Value).Take(12).Select(error => $"{error.Value,6} {error.Key}"))
            + "\n" + string.Join('\n', Faults);
    }

    private string Elapsed()
    {
        return Stopwatch.GetElapsedTime(_start).TotalSeconds.ToString("F2", CultureInfo.InvariantCulture);
    }
}
