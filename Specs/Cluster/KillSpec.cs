using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>kill -9 under load: what was acknowledged stays, and the members agree.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class KillSpec
{
    [Fact]
    public Task Leader_killed_during_puts_loses_no_acknowledged_key()
    {
        return KillOneAsync(cluster => cluster.LeaderAsync());
    }

    [Fact]
    public Task Follower_killed_during_puts_loses_no_acknowledged_key()
    {
        return KillOneAsync(cluster => cluster.FollowerAsync());
    }

    [Fact]
    public async Task All_three_killed_at_once_come_back_with_every_acknowledged_key()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(SpecEnvironment.ServerUnderTest);
        await cluster.GuardAsync(async () =>
        {
            await using var load = new PutLoad(cluster);
            await load.ReachedAsync(2_000);
            await Task.WhenAll(cluster.Members.Select(member => member.KillAsync()));
            await cluster.StartAllAsync();
            await load.GoesOnForAsync(500);
            await load.StopAsync();
            await ClusterChecks.HashesBecomeEqualAsync(cluster);
            await ClusterChecks.EveryMemberHasAsync(cluster, load.Acknowledged);
        });
    }

    private static async Task KillOneAsync(Func<ThreeNodeCluster, Task<MemberProcess>> choose)
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(SpecEnvironment.ServerUnderTest);
        await cluster.GuardAsync(async () =>
        {
            await using var load = new PutLoad(cluster);
            await load.ReachedAsync(700);
            MemberProcess victim = await choose(cluster);
            await victim.KillAsync();
            await load.GoesOnForAsync(1_500);
            await victim.StartAndWaitAsync();
            await load.GoesOnForAsync(500);
            await load.StopAsync();
            await ClusterChecks.HashesBecomeEqualAsync(cluster);
            await ClusterChecks.EveryMemberHasAsync(cluster, load.Acknowledged);
        });
    }
}
