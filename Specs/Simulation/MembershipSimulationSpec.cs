using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Simulation;

/// <summary>
/// Whole clusters whose members are added, promoted and removed under faults, singly and through joint phases. A failure
/// prints its seed; run it alone with <c>RAFT_SIM_SEED=n</c>, or more seeds with <c>RAFT_SIM_RUNS=n</c>.
/// </summary>
public sealed class MembershipSimulationSpec(ITestOutputHelper output)
{
    private const int SeedsToFindBug = 600;

    [Fact]
    public void Cluster_whose_members_change_under_faults_keeps_every_invariant_and_recovers()
    {
        var only = Environment.GetEnvironmentVariable("RAFT_SIM_SEED");
        var runs = int.Parse(Environment.GetEnvironmentVariable("RAFT_SIM_RUNS") ?? "100");
        var first = only is null ? 1 : int.Parse(only);
        var changes = 0;
        for (var seed = first; seed < (only is null ? runs + 1 : first + 1); seed++)
        {
            changes += Run(SimSettings.RandomWithChanges(seed)).Changes;
        }

        output.WriteLine($"{changes} changes of the group in {runs} runs");
        Assert.True(changes > 0, "no change was ever made");
    }

    [Theory]
    [InlineData(SimBug.OverlappingChanges)]
    [InlineData(SimBug.CommitForgotten)]
    public void Planted_bug_is_found(SimBug bug)
    {
        for (var seed = 1; seed <= SeedsToFindBug; seed++)
        {
            try
            {
                Run(SimSettings.RandomWithChanges(seed) with { Bug = bug });
            }
            catch (SimFailedException found)
            {
                output.WriteLine($"{bug} was found with seed {seed}: {found.Message.Split('\n')[0]}");
                return;
            }
        }

        Assert.Fail($"{bug} was not found with {SeedsToFindBug} seeds");
    }

    private static SimWorld Run(SimSettings settings)
    {
        var world = new SimWorld(settings);
        try
        {
            world.Run();
            return world;
        }
        catch (Exception e) when (e is not SimFailedException)
        {
            throw new SimFailedException($"seed {settings.Seed} at {world.Now}: {e}");
        }
    }
}
