using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Chaos;

/// <summary>Does one fault after the other to a cluster; after each, all members run again.</summary>
internal sealed class Nemesis(ThreeNodeCluster cluster, ChaosLog log, Random random)
{
    private const int PauseMillisecondsMax = 3_000;
    private const int AwayMillisecondsMax = 1_500;

    public async Task StrikeAsync()
    {
        switch (random.Next(10))
        {
            case 0 or 1:
                await KillAsync("leader", [await cluster.LeaderAsync()]);
                break;
            case 2:
                await KillAsync("follower", [await cluster.FollowerAsync()]);
                break;
            case 3:
                await KillAsync("two", [.. cluster.Members.OrderBy(_ => random.Next()).Take(2)]);
                break;
            case 4:
                await KillAsync("all", cluster.Members);
                break;
            case 5 or 6:
                await PauseAsync("leader", await cluster.LeaderAsync());
                break;
            case 7:
                await PauseAsync("follower", await cluster.FollowerAsync());
                break;
            case 8:
                await TerminateAsync(cluster.Members[random.Next(cluster.Members.Count)]);
                break;
            default:
                await MoveLeaderAsync();
                break;
        }
    }

    private async Task KillAsync(string what, IReadOnlyList<MemberProcess> victims)
    {
        log.Fault($"kill -9 {what}: {Names(victims)}");
        await Task.WhenAll(victims.Select(victim => victim.KillAsync()));
        await WaitAsync(random.Next(1, AwayMillisecondsMax));
        await RestartAsync();
    }

    private async Task PauseAsync(string what, MemberProcess victim)
    {
        int milliseconds = random.Next(50, PauseMillisecondsMax);
        log.Fault($"SIGSTOP {what} {victim.Settings.Name} for {milliseconds} ms");
        victim.Pause();
        await WaitAsync(milliseconds);
        victim.Resume();
    }

    private async Task TerminateAsync(MemberProcess victim)
    {
        log.Fault($"SIGTERM {victim.Settings.Name}");
        int exitCode = await victim.TerminateAsync();
        if (exitCode != 0)
        {
            log.Violation($"{victim.Settings.Name} ended with {exitCode} after SIGTERM");
        }

        await WaitAsync(random.Next(1, AwayMillisecondsMax));
        await RestartAsync();
    }

    private async Task MoveLeaderAsync()
    {
        MemberProcess leader = await cluster.LeaderAsync();
        MemberProcess[] others = [.. cluster.Members.Where(member => member != leader)];
        MemberProcess target = others[random.Next(others.Length)];
        log.Fault($"leadership from {leader.Settings.Name} to {target.Settings.Name}");
        try
        {
            await using GrpcChannel source = await leader.ConnectAsync();
            await using GrpcChannel destination = await target.ConnectAsync();
            StatusResponse status = await destination.UnaryAsync(EtcdMethods.Status, new StatusRequest());
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

    private async Task RestartAsync()
    {
        await cluster.StartAllAsync();
        log.Fault("all members are up");
    }

    private static string Names(IEnumerable<MemberProcess> members)
    {
        return string.Join(", ", members.Select(member => member.Settings.Name));
    }

    private static async Task WaitAsync(int milliseconds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(milliseconds));
        await timer.WaitForNextTickAsync();
    }
}
