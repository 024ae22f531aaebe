using System.Collections.Immutable;
using System.Globalization;
using ActorEtcd.Specs.Akka;
using ActorEtcd.Specs.Chaos.Faults;
using ActorEtcd.Specs.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// Members under load while they are killed, paused, cut off, robbed of their disks and replaced. Afterwards: no
/// acknowledged write lost, none done twice, no stale read, no gap in any watch, no lease ended early or left behind, no
/// lock with two holders, equal hashes. <c>Specs/Chaos/run.sh</c> makes longer runs of the same: it sets
/// ACTOR_ETCD_SPECS_CHAOS_SECONDS and ACTOR_ETCD_SPECS_SEED, and then <see cref="Run_of_the_command_keeps_its_promises"/>
/// is the run.
/// </summary>
[Trait("Category", "Processes")]
[Trait("Speed", "Slow")]
[Collection(ProcessCollection.Name)]
public sealed class ChaosSpec(ITestOutputHelper output)
{
    private const int Seconds = 18;
    private const int SmallLogFileBytes = 32 * 1024;

    private static readonly ImmutableArray<FaultKind> Kills =
    [
        FaultKind.KillLeader, FaultKind.KillFollower, FaultKind.KillMajority, FaultKind.KillAll, FaultKind.PauseLeader,
        FaultKind.PauseFollower, FaultKind.PauseMajority, FaultKind.Terminate, FaultKind.MoveLeader,
    ];

    private static readonly ImmutableArray<FaultKind> Disks =
    [
        FaultKind.PowerLoss, FaultKind.PowerLossOfAll, FaultKind.FailedFlush, FaultKind.FullDisk, FaultKind.FullDiskOfAll,
        FaultKind.FlippedBit,
    ];

    private static readonly ImmutableArray<FaultKind> Memberships =
        [FaultKind.ReplaceMember, FaultKind.GuestMember, FaultKind.MoveMember];

    private static readonly ImmutableArray<FaultKind> Links =
    [
        FaultKind.IsolateLeader, FaultKind.IsolateFollower, FaultKind.LeaderDeaf, FaultKind.LeaderMute,
        FaultKind.SplitMajority, FaultKind.Bridge, FaultKind.SlowLinks, FaultKind.FlappingLink, FaultKind.DropClients,
        FaultKind.OneWayCut, FaultKind.SilentClients,
    ];

    [Fact]
    public Task Cluster_whose_members_are_killed_and_paused_keeps_its_promises() => RunAsync(new ChaosSettings
    {
        Seed = SpecEnvironment.Seed ?? 1,
        Length = Length(Seconds),
        MemberFaults = Kills,
        LinkFaults = [FaultKind.SlowFlush, FaultKind.DropClients],
    });

    [Fact]
    public Task Cluster_whose_disks_lose_power_and_fail_keeps_its_promises() => RunAsync(new ChaosSettings
    {
        Seed = SpecEnvironment.Seed ?? 2,
        Length = Length(Seconds),
        LogFileBytes = SmallLogFileBytes,
        MemberFaults = Disks,
        LinkFaults = [FaultKind.SlowFlush, FaultKind.SlowLinks],
    });

    // The genuine transport trusts the authorities of the machine alone.
    [SubsetFact]
    public Task Cluster_of_five_with_TLS_that_falls_apart_and_changes_keeps_its_promises() => RunAsync(new ChaosSettings
    {
        Seed = SpecEnvironment.Seed ?? 3,
        Length = Length(Seconds),
        Members = 5,
        PeerTls = true,
        ClientTls = true,
        MemberFaults = [FaultKind.MoveLeader, .. Memberships],
        LinkFaults = Links,
    });

    /// <summary>Everything at once; in the suite only what fits into some seconds.</summary>
    [Fact]
    public Task Run_of_the_command_keeps_its_promises() => RunAsync(new ChaosSettings
    {
        Seed = SpecEnvironment.Seed ?? 4,
        Length = Length(Seconds),
        Members = Number("MEMBERS") ?? 3,
        PeerTls = Number("TLS") == 1,
        ClientTls = Number("TLS") == 1,
        LogFileBytes = SpecEnvironment.Seed % 2 == 1 ? SmallLogFileBytes : null,
        MemberFaults = Chosen([.. Kills, .. Disks, .. Memberships]),
        LinkFaults = Chosen([.. Links, FaultKind.SlowFlush]),
        FaultElectionsMax = Number("ELECTIONS") ?? (Number("SECONDS") > 60 ? 100 : 12),
    });

    private async Task RunAsync(ChaosSettings settings)
    {
        output.WriteLine(settings.ToString());
        var run = new ChaosRun(settings);
        ChaosReport report = await run.RunAsync();
        string summary = report.Summary();
        output.WriteLine($"{summary}\n{report.Errors()}\n{report.Faults()}");
        if (Environment.GetEnvironmentVariable("ACTOR_ETCD_SPECS_CHAOS_SUMMARY") is { Length: > 0 } file)
        {
            await File.AppendAllTextAsync(file, summary);
        }

        Assert.True(report.Violations.Count == 0, $"{summary}\nkept in {run.Folder}; members {settings.Members}, seed {settings.Seed}");
    }

    private static ImmutableArray<FaultKind> Chosen(ImmutableArray<FaultKind> kinds)
    {
        string[]? names = Environment.GetEnvironmentVariable("ACTOR_ETCD_SPECS_CHAOS_FAULTS")?.Split(',', StringSplitOptions.RemoveEmptyEntries);
        return names is { Length: > 0 } ? [.. kinds.Where(kind => names.Contains(kind.ToString()))] : kinds;
    }

    private static TimeSpan Length(int seconds) => TimeSpan.FromSeconds(Number("SECONDS") ?? seconds);

    private static int? Number(string name) =>
        int.TryParse(
            Environment.GetEnvironmentVariable("ACTOR_ETCD_SPECS_CHAOS_" + name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;
}
