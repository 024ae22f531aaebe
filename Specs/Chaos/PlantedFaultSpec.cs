using ActorEtcd.Specs.Chaos.Faults;
using ActorEtcd.Specs.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Chaos;

/// <summary>Runs against servers that do break a promise: both ways of checking have to say so.</summary>
[Trait("Category", "Processes")]
[Trait("Speed", "Slow")]
[Collection(ProcessCollection.Name)]
public sealed class PlantedFaultSpec(ITestOutputHelper output)
{
    [DiskFaultsFact]
    public async Task Disks_that_only_say_that_they_flushed_are_found_when_power_is_lost()
    {
        // Without checkpoints: a member that lost one but not the log behind it would refuse to start, and say so.
        var run = new ChaosRun(new ChaosSettings { Seed = 11, Length = TimeSpan.FromSeconds(4), SnapshotCount = 100_000 })
        {
            AtStart = cluster => EveryDisk(cluster, disk => disk.FlushLies = true),
            BeforeHealing = async cluster =>
            {
                int lost = await cluster.CrashAsync([.. Enumerable.Range(0, cluster.Members.Count)], LosingAll.Instance);
                EveryDisk(cluster, disk => disk.FlushLies = false);
                output.WriteLine($"{lost} unsynced writes were lost");
            },
        };
        await IsFoundAsync(run, "acknowledged, but the history has", "NotLinearizable");
    }

    [Fact]
    public Task Reads_that_ask_no_leader_are_found_stale() => IsFoundAsync(
        new ChaosRun(new ChaosSettings
        {
            Seed = 12,
            Length = TimeSpan.FromSeconds(5),
            LinkFaults = [FaultKind.IsolateFollower, FaultKind.SlowLinks],
            ReadsAreStale = true,
        }),
        "stale: Read",
        "NotLinearizable");

    private async Task IsFoundAsync(ChaosRun run, params string[] expected)
    {
        try
        {
            ChaosReport report = await run.RunAsync();
            output.WriteLine(report.Summary());
            Assert.All(expected, text => Assert.Contains(report.Violations, violation => violation.Contains(text, StringComparison.Ordinal)));
            Assert.Contains(Directory.GetFiles(run.Folder), file => file.EndsWith(".html", StringComparison.Ordinal));
            Assert.True(File.Exists(Path.Combine(run.Folder, "requests.txt")));
        }
        finally
        {
            if (Directory.Exists(run.Folder))
            {
                Directory.Delete(run.Folder, recursive: true);
            }
        }
    }

    private static void EveryDisk(ChaosCluster cluster, Action<DiskFaults> act)
    {
        for (int place = 0; place < cluster.Members.Count; place++)
        {
            act(cluster.DiskOf(place)!);
        }
    }
}
