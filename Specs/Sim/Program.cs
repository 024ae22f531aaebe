using System.Globalization;

namespace ActorEtcd.Specs.Sim;

/// <summary>
/// actor-etcd-sim: one run by its seed with its trace, or many runs with a table of what was done to them.
/// </summary>
internal static class Program
{
    private const string Usage =
        """
        actor-etcd-sim --seed N [--steps M] [--bug NAME] [--quiet]   one run, its trace and its hash
        actor-etcd-sim --seeds A..B [--threads N] [--bug NAME]       many runs and a table
        actor-etcd-sim --seeds A..B --bugs                           the first run that finds each planted bug
        """;

    public static int Main(string[] args)
    {
        try
        {
            return Run(Options(args));
        }
        catch (FormatException wrong)
        {
            Console.Error.WriteLine($"{wrong.Message}\n{Usage}");
            return 2;
        }
    }

    private static int Run(Dictionary<string, string> options)
    {
        SimBug bug = options.TryGetValue("--bug", out string? name) ? BugNamed(name) : SimBug.None;
        if (options.TryGetValue("--seeds", out string? range) && range.Split("..") is [var first, var last])
        {
            int from = Number(first);
            int threads = options.TryGetValue("--threads", out string? count) ? Number(count) : Environment.ProcessorCount;
            int[] seeds = [.. Enumerable.Range(from, Number(last) - from + 1)];
            return options.ContainsKey("--bugs") ? FindBugs(seeds, threads) : Soak(seeds, threads, bug);
        }

        if (!options.TryGetValue("--seed", out string? text))
        {
            throw new FormatException("neither --seed nor --seeds is given");
        }

        long steps = options.TryGetValue("--steps", out string? limit) ? Number(limit) : long.MaxValue;
        return RunOne(SimSettings.ToFind(bug, Number(text)) with { StepsMax = steps }, options.ContainsKey("--quiet"));
    }

    private static int Soak(int[] seeds, int threads, SimBug bug)
    {
        SimSoak soak = SimSoak.Run(seeds.Select(seed => SimSettings.ToFind(bug, seed)), threads, progress: Console.Error);
        soak.Print(Console.Out);
        return soak.Violations.Any() ? 1 : 0;
    }

    private static int FindBugs(int[] seeds, int threads)
    {
        int missed = 0;
        foreach (SimBug bug in Enum.GetValues<SimBug>().Where(static bug => bug != SimBug.None))
        {
            SimRun? found = SimSoak.FindBug(bug, seeds, threads);
            missed += found is null ? 1 : 0;
            Console.WriteLine(found is null
                ? $"{bug,-22} NOT FOUND in {seeds.Length} seeds"
                : $"{bug,-22} seed {found.Seed,5} after {found.Steps,6} steps: {found.Violation!.Split('\n')[0]}");
        }

        return missed;
    }

    private static int RunOne(SimSettings settings, bool isQuiet)
    {
        SimRun run = SimRun.Of(settings, out SimWorld world, isTracing: !isQuiet);
        foreach (string line in world.TraceLines)
        {
            Console.WriteLine(line);
        }

        Console.WriteLine(settings);
        Console.WriteLine(world.FinalState);
        Console.WriteLine($"{run.Steps} steps, trace hash {run.TraceHash:x16}");
        Console.WriteLine(run.Violation is null ? "no violation" : $"VIOLATION: {run.Violation}");
        return run.Violation is null ? 0 : 1;
    }

    private static SimBug BugNamed(string name) => Enum.TryParse(name, out SimBug bug)
        ? bug
        : throw new FormatException($"there is no bug '{name}'; there are {string.Join(", ", Enum.GetNames<SimBug>())}");

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Options(string[] args)
    {
        var options = new Dictionary<string, string>();
        for (int i = 0; i < args.Length; i++)
        {
            bool hasValue = i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal);
            options[args[i]] = hasValue ? args[++i] : string.Empty;
        }

        return options;
    }
}
