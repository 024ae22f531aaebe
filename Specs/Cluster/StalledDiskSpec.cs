using System.Diagnostics;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Chaos.Faults;
using ActorEtcd.Specs.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Cluster;

/// <summary>Heartbeats wait for no disk, so a leader whose disk has stopped must give the leadership away by itself.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class StalledDiskSpec(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan Stall = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan HandedOverWithin = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan CallWithin = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, DiskFaults> _disks = [];

    [DiskFaultsFact]
    public async Task Leader_whose_disk_stalls_hands_over_while_puts_go_on_and_follows_when_the_disk_is_back()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(ServerKind.ActorEtcd, OnADiskThatCanStall);
        await cluster.GuardAsync(async () =>
        {
            await using var load = new PutLoad(cluster);
            await load.ReachedAsync(200);
            MemberProcess stalled = await cluster.LeaderAsync();
            MemberProcess[] others = [.. cluster.Members.Where(member => member != stalled)];

            _disks[stalled.Settings.Name].FlushTakes = Stall;
            long since = Stopwatch.GetTimestamp();
            await AnotherLeadsAsync(others);
            output.WriteLine($"another member led after {Stopwatch.GetElapsedTime(since).TotalMilliseconds:F0} ms");
            await load.GoesOnForAsync(500);
            output.WriteLine($"500 more puts after {Stopwatch.GetElapsedTime(since).TotalMilliseconds:F0} ms");

            _disks[stalled.Settings.Name].Heal();
            await load.GoesOnForAsync(200);
            await load.StopAsync();
            await Poll.UntilAsync("all members to follow one leader", HandedOverWithin, async () =>
            {
                StatusResponse[] all = await Task.WhenAll(cluster.Members.Select(StatusAsync));
                return all[0].Leader != 0 && all.All(status => status.Leader == all[0].Leader);
            });
            await ClusterChecks.HashesBecomeEqualAsync(cluster);
            await ClusterChecks.EveryMemberHasAsync(cluster, load.Acknowledged);
        });
    }

    public void Dispose()
    {
        foreach (DiskFaults disk in _disks.Values)
        {
            disk.Dispose();
        }
    }

    private static Task AnotherLeadsAsync(MemberProcess[] others) =>
        Poll.UntilAsync("another member to lead", HandedOverWithin, async () =>
        {
            StatusResponse[] views = await Task.WhenAll(others.Select(StatusAsync));
            ulong leader = views[0].Leader;
            return views.All(view => view.Leader == leader) && views.Any(view => view.Header.MemberId == leader);
        });

    private static async Task<StatusResponse> StatusAsync(MemberProcess member)
    {
        await using GrpcChannel channel = await member.ConnectAsync();
        return await channel.UnaryAsync(EtcdMethods.Status, new StatusRequest(), CallWithin);
    }

    private MemberSettings OnADiskThatCanStall(MemberSettings settings)
    {
        var disk = new DiskFaults(Path.GetDirectoryName(settings.DataDir)!, settings.Name, settings.DataDir);
        _disks.Add(settings.Name, disk);
        return settings with { Environment = disk.Environment };
    }
}
