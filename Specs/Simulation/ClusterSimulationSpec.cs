using System.Diagnostics;
using ActorEtcd.Specs.Sim;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Simulation;

/// <summary>
/// Whole clusters of the actors' own code under faults, with the invariants of <c>Specs/Sim</c>. A failure names its seed;
/// <c>dotnet run --project Specs/Sim -- --seed N</c> replays it with its trace, <c>--seeds A..B</c> runs more.
/// </summary>
public sealed class ClusterSimulationSpec(ITestOutputHelper output)
{
    private const int Seeds = 1000;
    private const int SeedsToFindBug = 1500;
    private const int Threads = 2;

    [Fact]
    public void Cluster_under_random_faults_keeps_every_invariant_and_recovers()
    {
        SimSoak soak = SimSoak.Run(Enumerable.Range(1, Seeds).Select(Sim.SimSettings.Random), Threads);
        using var table = new StringWriter();
        soak.Print(table);
        output.WriteLine(table.ToString());
        Assert.True(!soak.Violations.Any(), table.ToString());
        foreach (SimFault fault in Enum.GetValues<SimFault>())
        {
            Assert.True(soak.Runs.Sum(run => run.Faults[(int)fault]) > 0, $"{fault} never happened");
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(28)]
    public void Seed_gives_the_same_run_again(int seed)
    {
        SimRun first = SimRun.Of(Sim.SimSettings.Random(seed));
        SimRun again = SimRun.Of(Sim.SimSettings.Random(seed));
        Assert.Equal((first.Steps, first.TraceHash), (again.Steps, again.TraceHash));
        Assert.NotEqual(first.TraceHash, SimRun.Of(Sim.SimSettings.Random(seed + 1)).TraceHash);
    }

    [Fact]
    public void Planted_bugs_are_found()
    {
        var missed = new List<Sim.SimBug>();
        foreach (Sim.SimBug bug in Enum.GetValues<Sim.SimBug>().Where(static bug => bug != Sim.SimBug.None))
        {
            var watch = Stopwatch.StartNew();
            SimRun? found = SimSoak.FindBug(bug, Enumerable.Range(1, SeedsToFindBug), Threads);
            output.WriteLine(found is null
                ? $"{bug} was not found with {SeedsToFindBug} seeds"
                : $"{bug} was found with seed {found.Seed} after {found.Steps} steps, {watch.Elapsed.TotalSeconds:F1} s: {found.Violation!.Split('\n')[0]}");
            if (found is null)
            {
                missed.Add(bug);
            }
        }

        Assert.Empty(missed);
    }
}
