using System.Diagnostics;
using System.Globalization;

namespace ActorEtcd.Specs.Sim;

/// <summary>Many runs, side by side on a few threads, each of which is one run's whole world.</summary>
internal sealed class SimSoak
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(10);

    private readonly TextWriter _progress;
    private readonly int _wanted;
    private readonly List<SimRun> _runs = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _told;

    private SimSoak(int wanted, TextWriter progress)
    {
        _wanted = wanted;
        _progress = progress;
    }

    public IReadOnlyList<SimRun> Runs => _runs;

    public IEnumerable<SimRun> Violations => _runs.Where(static run => run.Violation is not null);

    public TimeSpan Elapsed { get; private set; }

    /// <summary>Runs the settings in order until all are done, or until one fails when that is what is wanted.</summary>
    /// <param name="settings">One for each run.</param>
    /// <param name="threads">How many runs go on at a time.</param>
    /// <param name="untilViolation">No more runs after the first that fails.</param>
    /// <param name="progress">Told how far it is, and of every violation as soon as it is found.</param>
    public static SimSoak Run(
        IEnumerable<SimSettings> settings, int threads, bool untilViolation = false, TextWriter? progress = null)
    {
        var waiting = new Queue<SimSettings>(settings);
        var soak = new SimSoak(waiting.Count, progress ?? TextWriter.Null);
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() => soak.Work(waiting, untilViolation), 4 * 1024 * 1024))];
        foreach (Thread worker in workers)
        {
            worker.Start();
        }

        foreach (Thread worker in workers)
        {
            worker.Join();
        }

        soak.Elapsed = soak._watch.Elapsed;
        soak._runs.Sort(static (a, b) => a.Seed.CompareTo(b.Seed));
        return soak;
    }

    /// <summary>The first of the runs that finds a planted bug; null when none does.</summary>
    public static SimRun? FindBug(SimBug bug, IEnumerable<int> seeds, int threads) =>
        Run(seeds.Select(seed => SimSettings.ToFind(bug, seed)), threads, untilViolation: true).Violations.FirstOrDefault();

    public void Print(TextWriter output)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_runs.Count} seeds, {Sum(static run => run.Steps)} steps, {Sum(static run => run.Elections)} terms with a leader, {Sum(static run => run.Revisions)} revisions, {Sum(static run => run.Answers)} answers checked, {Sum(static run => run.Events)} watch events, {Sum(static run => run.Expiries)} expired leases, {Sum(static run => run.Refusals)} writes refused in the log, in {Elapsed.TotalSeconds:F1} s"));
        foreach (SimFault fault in Enum.GetValues<SimFault>())
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {fault,-22} {Sum(run => run.Faults[(int)fault]),12}"));
        }

        output.WriteLine($"{Violations.Count()} violations");
        foreach (SimRun run in Violations.Take(40))
        {
            output.WriteLine(Line(run));
        }
    }

    private static string Line(SimRun run) => $"  seed {run.Seed} after {run.Steps} steps: {run.Violation!.Split('\n')[0]}";

    private long Sum(Func<SimRun, long> value) => _runs.Sum(value);

    private void Work(Queue<SimSettings> waiting, bool untilViolation)
    {
        while (true)
        {
            SimSettings? next;
            lock (_runs)
            {
                if (!waiting.TryDequeue(out next) || (untilViolation && Violations.Any()))
                {
                    return;
                }
            }

            SimRun run = SimRun.Of(next);
            lock (_runs)
            {
                _runs.Add(run);
                Tell(run);
            }
        }
    }

    private void Tell(SimRun run)
    {
        if (run.Violation is not null)
        {
            _progress.WriteLine(Line(run));
        }

        if (_watch.Elapsed - _told >= ProgressEvery)
        {
            _told = _watch.Elapsed;
            _progress.WriteLine($"{_runs.Count} of {_wanted} seeds, {Violations.Count()} violations");
        }
    }
}
