using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Simulation;

/// <summary>
/// Members lose their whole log, one at a time, among all other faults. A failure prints its seed; run it alone with
/// <c>RAFT_SIM_SEED=n dotnet test --filter LostLogSimulationSpec</c>, or more seeds with <c>RAFT_SIM_RUNS=n</c>.
/// </summary>
public sealed class LostLogSimulationSpec(ITestOutputHelper output)
{
    [Fact]
    public void Cluster_whose_members_lose_their_logs_keeps_every_invariant_and_brings_them_back()
    {
        var only = Environment.GetEnvironmentVariable("RAFT_SIM_SEED");
        var runs = int.Parse(Environment.GetEnvironmentVariable("RAFT_SIM_RUNS") ?? "150");
        var first = only is null ? 1 : int.Parse(only);
        var watch = Stopwatch.StartNew();
        var (steps, elections, regained) = (0L, 0L, 0L);
        for (var seed = first; seed < (only is null ? runs + 1 : first + 1); seed++)
        {
            var world = new SimWorld(SimSettings.RandomWithLosses(seed));
            world.Run();
            steps += world.Steps;
            elections += world.Invariants.Elections;
            regained += world.LogsRegained;
        }

        output.WriteLine($"{steps} steps, {elections} elections, {regained} logs lost and brought back in {watch.Elapsed}");
        Assert.True(regained > 0, "no log was brought back");
    }

    [Fact]
    public void Member_that_votes_without_its_log_is_found_out()
    {
        for (var seed = 1; seed <= 400; seed++)
        {
            try
            {
                new SimWorld(SimSettings.RandomWithLosses(seed) with { Bug = SimBug.LostLogIgnored }).Run();
            }
            catch (Exception found) when (found is SimFailedException or InvariantViolatedException)
            {
                output.WriteLine($"seed {seed}: {found.Message.Split('\n')[0]}");
                return;
            }
        }

        Assert.Fail("400 seeds did not find it");
    }
}
