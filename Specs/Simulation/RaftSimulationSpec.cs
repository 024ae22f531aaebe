using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Simulation;

/// <summary>
/// Many runs of a whole cluster under faults. A failure prints its seed; run it alone with
/// <c>RAFT_SIM_SEED=n dotnet test --filter RaftSimulationSpec</c>, or more seeds with <c>RAFT_SIM_RUNS=n</c>.
/// </summary>
public sealed class RaftSimulationSpec(ITestOutputHelper output)
{
    [Fact]
    public void Cluster_under_random_faults_keeps_every_invariant_and_recovers()
    {
        var only = Environment.GetEnvironmentVariable("RAFT_SIM_SEED");
        var runs = int.Parse(Environment.GetEnvironmentVariable("RAFT_SIM_RUNS") ?? "150");
        var first = only is null ? 1 : int.Parse(only);
        var watch = Stopwatch.StartNew();
        var steps = 0L;
        var elections = 0L;
        var commits = 0L;
        for (var seed = first; seed < (only is null ? runs + 1 : first + 1); seed++)
        {
            var world = new SimWorld(SimSettings.Random(seed));
            try
            {
                world.Run();
            }
            catch (Exception e) when (e is not SimFailedException)
            {
                throw new SimFailedException($"seed {seed} at {world.Now}: {e}");
            }

            steps += world.Steps;
            elections += world.Invariants.Elections;
            commits += world.Invariants.CommitMax;
        }

        output.WriteLine($"{steps} steps, {elections} elections, {commits} entries committed in {watch.Elapsed}");
    }
}
