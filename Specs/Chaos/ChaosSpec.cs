using System.Diagnostics;
using System.Globalization;
using ActorEtcd.Specs.Cluster;
using ActorEtcd.Specs.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// Three members under load while they are killed, paused, ended and told to hand over, one fault after the other.
/// Afterwards: no acknowledged write lost, none done twice, no stale read, no gap in any watch, no lease ended early or
/// left behind, equal hashes. ACTOR_ETCD_SPECS_SEED replays the choice of faults and requests, and
/// ACTOR_ETCD_SPECS_CHAOS_SECONDS makes a run longer.
/// </summary>
[Trait("Category", "Processes")]
[Trait("Speed", "Slow")]
[Collection(ProcessCollection.Name)]
public sealed class ChaosSpec(ITestOutputHelper output)
{
    private const int Seconds = 40;
    private const int ViolationsShown = 20;

    private static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Cluster_under_faults_keeps_its_promises(int defaultSeed)
    {
        int seed = SpecEnvironment.Seed ?? defaultSeed;
        output.WriteLine($"seed {seed}");
        var log = new ChaosLog();
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(
            SpecEnvironment.ServerUnderTest, ["--snapshot-count", "300", .. LittleLog]);
        try
        {
            await cluster.GuardAsync(() => RunAsync(cluster, log, seed));
        }
        finally
        {
            output.WriteLine(log.Summary());
        }
    }

    private static async Task RunAsync(ThreeNodeCluster cluster, ChaosLog log, int seed)
    {
        HistoryWatch[] watches = [.. Enumerable.Range(0, 3).Select(n => new HistoryWatch(cluster.Members, n, log))];
        try
        {
            await using var leases = new LeaseHolders(cluster, log, seed);
            await using (var load = new ChaosLoad(cluster, log, watches, seed))
            {
                var nemesis = new Nemesis(cluster, log, new Random(seed));
                long start = Stopwatch.GetTimestamp();
                while (Stopwatch.GetElapsedTime(start) < Length() && log.Violations.IsEmpty)
                {
                    await load.GoesOnForAsync(50);
                    await nemesis.StrikeAsync();
                }

                await load.GoesOnForAsync(50);
            }

            await leases.StopAsync();
            await leases.AllLeasesEndAsync();
            await CheckAsync(cluster, log, watches, seed);
        }
        finally
        {
            foreach (HistoryWatch watch in watches)
            {
                await watch.DisposeAsync();
            }
        }
    }

    private static async Task CheckAsync(ThreeNodeCluster cluster, ChaosLog log, HistoryWatch[] watches, int seed)
    {
        await ClusterChecks.HashesBecomeEqualAsync(cluster);
        await using var client = new ChaosClient(cluster.Members, log);
        Read last = await Poll.UntilAsync("a last read", DrainWithin, () => client.ReadAsync(0, "own/0/0", linearizable: true));
        await Poll.UntilAsync($"all watches to tell revision {last.HeaderRevision}", DrainWithin, () =>
            watches.All(watch => watch.NextRevision > last.HeaderRevision)
                ? Task.FromResult(true)
                : throw new InvalidOperationException(string.Join(", ", watches.Select(watch => watch.NextRevision))));
        HistoryEvent[][] histories = [.. watches.Select(watch => watch.Events)];
        List<string> violations = [.. log.Violations, .. ChaosChecks.Run(histories[0], log)];
        for (int i = 1; i < histories.Length; i++)
        {
            if (!histories[0].SequenceEqual(histories[i]))
            {
                violations.Add($"watch {i} has {histories[i].Length} events, watch 0 {histories[0].Length}; they differ from event "
                    + histories[0].Zip(histories[i]).TakeWhile(pair => pair.First == pair.Second).Count());
            }
        }

        Assert.True(
            violations.Count == 0,
            $"seed {seed}: {violations.Count} violations\n{string.Join('\n', violations.Take(ViolationsShown))}\n{log.Summary()}");
    }

    /// <summary>So that members that were away need checkpoints; etcd 3.4 does not know the flag.</summary>
    private static string[] LittleLog =>
        SpecEnvironment.ServerUnderTest == ServerKind.Etcd ? [] : ["--snapshot-catchup-entries", "50"];

    private static TimeSpan Length()
    {
        string? chosen = Environment.GetEnvironmentVariable("ACTOR_ETCD_SPECS_CHAOS_SECONDS");
        return TimeSpan.FromSeconds(
            int.TryParse(chosen, NumberStyles.Integer, CultureInfo.InvariantCulture, out int seconds) ? seconds : Seconds);
    }
}
