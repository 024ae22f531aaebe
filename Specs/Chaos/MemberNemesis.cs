using System.Diagnostics;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Chaos.Faults;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Chaos;

/// <summary>Does one fault after the other to members; after each, all members run.</summary>
internal sealed class MemberNemesis(ChaosCluster cluster, ChaosLog log)
{
    private static readonly TimeSpan AwayMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(120);

    public async Task StrikeAsync(Fault fault, CancellationToken stop)
    {
        int leader = await cluster.LeaderAsync() ?? fault.Pick % Count;
        int follower = (leader + 1 + (fault.Pick % (Count - 1))) % Count;
        int[] all = [.. Enumerable.Range(0, Count)];
        switch (fault.Kind)
        {
            case FaultKind.KillLeader:
                await CrashAsync(fault, [leader], losesPower: false, stop);
                break;
            case FaultKind.KillFollower:
                await CrashAsync(fault, [follower], losesPower: false, stop);
                break;
            case FaultKind.KillMajority:
                await CrashAsync(fault, [.. all.OrderBy(place => (place + fault.Pick) % Count).Take((Count / 2) + 1)], losesPower: false, stop);
                break;
            case FaultKind.KillAll:
                await CrashAsync(fault, all, losesPower: false, stop);
                break;
            case FaultKind.PowerLoss:
                await CrashAsync(fault, [fault.Pick % Count], losesPower: true, stop);
                break;
            case FaultKind.PowerLossOfAll:
                await CrashAsync(fault, all, losesPower: true, stop);
                break;
            case FaultKind.PauseLeader:
                await PauseAsync(fault, [leader], stop);
                break;
            case FaultKind.PauseFollower:
                await PauseAsync(fault, [follower], stop);
                break;
            case FaultKind.PauseMajority:
                await PauseAsync(fault, [.. all.OrderBy(place => (place + fault.Pick) % Count).Take((Count / 2) + 1)], stop);
                break;
            case FaultKind.Terminate:
                await TerminateAsync(fault, fault.Pick % Count, stop);
                break;
            case FaultKind.MoveLeader:
                await MoveLeaderAsync(leader, follower);
                break;
            case FaultKind.ReplaceMember:
                await new MemberReplacement(cluster, log).ReplaceAsync(fault.Pick % Count, stop);
                break;
            case FaultKind.GuestMember:
                await new MemberReplacement(cluster, log).HaveGuestAsync(
                    asLearner: fault.Seed % 2 == 0, token => Pauses.OrStopAsync(fault.Length, token), stop);
                break;
            case FaultKind.MoveMember:
                await new MemberReplacement(cluster, log).MoveAsync(fault.Pick % Count, stop);
                break;
            case FaultKind.FlippedBit:
                await new BitFlips(cluster, log).StrikeAsync(fault, fault.Pick % Count, AwayOf(fault), stop);
                break;
            case FaultKind.FailedFlush:
                await FailFlushAsync(fault.Pick % Count);
                break;
            case FaultKind.FullDisk:
                await FillDisksAsync(fault, [fault.Pick % Count], stop);
                break;
            case FaultKind.FullDiskOfAll:
                await FillDisksAsync(fault, all, stop);
                break;
            default:
                throw new UnreachableException(fault.Kind.ToString());
        }
    }

    private int Count => cluster.Members.Count;

    private string NameOf(int place) => cluster.Members[place].Settings.Name;

    private async Task CrashAsync(Fault fault, int[] victims, bool losesPower, CancellationToken stop)
    {
        log.Fault($"{fault.Kind}: {string.Join(", ", victims.Select(NameOf))}");
        int lost = await cluster.CrashAsync(victims, losesPower ? new Random(fault.Seed) : null);
        if (losesPower)
        {
            log.Fault($"{lost} unsynced writes were lost");
        }

        await Pauses.OrStopAsync(AwayOf(fault), stop);
        await RestartAsync();
    }

    private async Task PauseAsync(Fault fault, int[] victims, CancellationToken stop)
    {
        log.Fault($"{fault.Kind}: SIGSTOP {string.Join(", ", victims.Select(NameOf))} for {fault.Length.TotalMilliseconds:F0} ms");
        Array.ForEach(victims, victim => cluster.Members[victim].Pause());
        await Pauses.OrStopAsync(fault.Length, stop);
        Array.ForEach(victims, victim => cluster.Members[victim].Resume());
    }

    private async Task TerminateAsync(Fault fault, int victim, CancellationToken stop)
    {
        log.Fault($"SIGTERM {NameOf(victim)}");
        int exitCode = await cluster.Members[victim].TerminateAsync();
        if (exitCode != 0)
        {
            log.Violation($"{NameOf(victim)} ended with {exitCode} after SIGTERM");
        }

        await Pauses.OrStopAsync(AwayOf(fault), stop);
        await RestartAsync();
    }

    private async Task MoveLeaderAsync(int leader, int target)
    {
        log.Fault($"leadership from {NameOf(leader)} to {NameOf(target)}");
        try
        {
            await using GrpcChannel source = await cluster.Members[leader].ConnectAsync();
            await using GrpcChannel destination = await cluster.Members[target].ConnectAsync();
            StatusResponse status = await destination.UnaryAsync(
                EtcdMethods.Status, new StatusRequest(), TimeSpan.FromSeconds(2));
            await source.UnaryAsync(
                EtcdMethods.MoveLeader,
                new MoveLeaderRequest { TargetID = status.Header.MemberId },
                TimeSpan.FromSeconds(5));
        }
        catch (GrpcCallException failure)
        {
            log.Fault($"leadership was not handed over: {failure.Message}");
        }
    }

    /// <summary>A process whose flush failed cannot know what is on its disk: it has to end and say nothing more.</summary>
    private async Task FailFlushAsync(int victim)
    {
        if (cluster.DiskOf(victim) is not { } disk)
        {
            return;
        }

        log.Fault($"flushes of {NameOf(victim)} fail");
        disk.FlushFails = true;
        MemberProcess member = cluster.Members[victim];
        long start = Stopwatch.GetTimestamp();
        long? failedAt = null;
        while (member.IsRunning && Stopwatch.GetElapsedTime(failedAt ?? start) < StopsWithin)
        {
            await Pauses.ForAsync(TimeSpan.FromMilliseconds(20));
            failedAt ??= disk.FailedFlushes > 0 ? Stopwatch.GetTimestamp() : null;
        }

        if (member.IsRunning && failedAt != null)
        {
            log.Violation($"{NameOf(victim)} still runs {StopsWithin.TotalSeconds} s after a flush failed");
        }

        disk.Heal();
        await RestartAsync();
    }

    /// <summary>A member without room waits for some, and goes on by itself; it does not end.</summary>
    private async Task FillDisksAsync(Fault fault, int[] victims, CancellationToken stop)
    {
        DiskFaults[] disks = [.. victims.Select(cluster.DiskOf).OfType<DiskFaults>()];
        string names = string.Join(", ", victims.Select(NameOf));
        log.Fault($"the disks of {names} are full for {fault.Length.TotalMilliseconds:F0} ms");
        Array.ForEach(disks, static disk => disk.IsFull = true);
        await Pauses.OrStopAsync(fault.Length, stop);
        Array.ForEach(disks, static disk => disk.IsFull = false);
        log.Fault($"{disks.Sum(static disk => disk.RefusedWrites)} writes were refused");
        foreach (int victim in victims.Where(victim => disks.Length > 0 && !cluster.Members[victim].IsRunning))
        {
            log.Violation($"{NameOf(victim)} ended on a full disk");
        }

        // Whoever ends after all is found here: it has to answer, and nobody has started it again.
        await Task.WhenAll(victims.Select(victim => cluster.Members[victim].WaitUntilReadyAsync(ChaosCluster.ReadyWithin)));
        log.Fault($"{names} answered");
    }

    private static TimeSpan AwayOf(Fault fault) => fault.Length < AwayMax ? fault.Length : AwayMax;

    private async Task RestartAsync()
    {
        await cluster.StartAllAsync();
        log.Fault("all members are up");
    }
}
