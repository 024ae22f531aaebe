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
    /// <summary>What breaks a promise breaks it by chance: a run in which it did not is made again, for longer.</summary>
    private const int Runs = 4;

    // Without checkpoints: a member that lost one but not the log behind it would refuse to start, and say so.
    [DiskFaultsFact]
    public Task Disks_that_only_say_that_they_flushed_are_found_when_power_is_lost() => IsFoundAsync(
        times => new ChaosRun(new ChaosSettings { Seed = 11, Length = times * TimeSpan.FromSeconds(4), SnapshotCount = 100_000 })
        {
            AtStart = cluster => EveryDisk(cluster, disk => disk.FlushLies = true),
            BeforeHealing = async cluster =>
            {
                int lost = await cluster.CrashAsync([.. Enumerable.Range(0, cluster.Members.Count)], LosingAll.Instance);
                EveryDisk(cluster, disk => disk.FlushLies = false);
                output.WriteLine($"{lost} unsynced writes were lost");
            },
        },
        "acknowledged, but the history has",
        "NotLinearizable");

    [Fact]
    public Task Reads_that_ask_no_leader_are_found_stale() => IsFoundAsync(
        times => new ChaosRun(new ChaosSettings
        {
            Seed = 12,
            Length = times * TimeSpan.FromSeconds(5),
            LinkFaults = [FaultKind.IsolateFollower, FaultKind.SlowLinks],
            ReadsAreStale = true,
        }),
        "stale: Read",
        "NotLinearizable");

    private async Task IsFoundAsync(Func<int, ChaosRun> runOfLength, params string[] expected)
    {
        for (int times = 1; !await IsFoundAsync(runOfLength(times), expected, isLast: times == Runs); times++)
        {
        }
    }

    private async Task<bool> IsFoundAsync(ChaosRun run, string[] expected, bool isLast)
    {
        try
        {
            ChaosReport report = await run.RunAsync();
            output.WriteLine(report.Summary());
            if (!isLast && !Array.TrueForAll(expected, text => report.Violations.Exists(violation => violation.Contains(text, StringComparison.Ordinal))))
            {
                return false;
            }

            Assert.All(expected, text => Assert.Contains(report.Violations, violation => violation.Contains(text, StringComparison.Ordinal)));
            Assert.Contains(Directory.GetFiles(run.Folder), file => file.EndsWith(".html", StringComparison.Ordinal));
            Assert.True(File.Exists(Path.Combine(run.Folder, "requests.txt")));
            return true;
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
