using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Cluster;

/// <summary>Members that come, go, move and are lost, driven by the real etcdctl.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class MembershipSpec
{
    [Fact]
    public async Task Cluster_of_one_grows_to_five_and_shrinks_to_one_under_load_and_loses_no_acknowledged_key()
    {
        await using var cluster = await GrowingCluster.StartAsync();
        await cluster.GuardAsync(async () =>
        {
            await using var load = new PutLoad(() => cluster.Members);
            await load.ReachedAsync(300);
            for (int number = 1; number < 4; number++)
            {
                await cluster.AddAsync();
                await load.GoesOnForAsync(300);
            }

            await AddThroughLearningAsync(cluster);
            await load.GoesOnForAsync(300);
            Assert.Equal(5, (await cluster.ListAsync()).Length);
            while (cluster.Members.Count > 1)
            {
                await cluster.RemoveAsync(cluster.Members[0]);
                await load.GoesOnForAsync(300);
            }

            await load.StopAsync();
            Assert.Single(await cluster.ListAsync());
            await GrowingCluster.HasAsync(cluster.Members[0], load.Acknowledged);
        });
    }

    [Fact]
    public async Task Member_that_lost_all_is_replaced_and_a_removed_one_does_not_start_with_its_old_data()
    {
        await using var cluster = await GrowingCluster.StartAsync();
        await cluster.GuardAsync(async () =>
        {
            MemberProcess second = await cluster.AddAsync();
            MemberProcess third = await cluster.AddAsync();
            await cluster.ChangeAsync("put", "kept", "yes");
            await third.KillAsync();
            Directory.Delete(third.Settings.DataDir, recursive: true);
            await cluster.RemoveAsync(third);
            MemberProcess again = await cluster.AddAsync();
            await GrowingCluster.HasAsync(again, new Dictionary<string, string> { ["kept"] = "yes" });

            await cluster.RemoveAsync(second);
            second.Start();
            Assert.Equal(0, await second.WaitForExitAsync());
            Assert.Contains("data-dir used by this member must be removed", second.Log, StringComparison.Ordinal);
            Assert.Equal(2, (await cluster.ListAsync()).Length);
        });
    }

    [Fact]
    public async Task Member_that_moved_comes_back_under_its_new_url()
    {
        await using var cluster = await GrowingCluster.StartAsync();
        await cluster.GuardAsync(async () =>
        {
            await cluster.AddAsync();
            MemberProcess third = await cluster.AddAsync();
            string id = await cluster.IdOfAsync(third);
            await third.TerminateAsync();
            MemberSettings moved = third.Settings with { PeerPort = FreePorts.Next() };
            await cluster.ChangeAsync("member", "update", id, "--peer-urls=" + moved.PeerUrl);
            await using var back = MemberProcess.Of(SpecEnvironment.ServerUnderTest, moved);
            await back.StartAndWaitAsync();
            Assert.Contains(moved.PeerUrl, string.Join('\n', await cluster.ListAsync()), StringComparison.Ordinal);
            await cluster.ChangeAsync("put", "moved", "yes");
            await GrowingCluster.HasAsync(back, new Dictionary<string, string> { ["moved"] = "yes" });
        });
    }

    [Fact]
    public async Task Survivor_goes_on_alone_with_its_data_by_force_new_cluster()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(SpecEnvironment.ServerUnderTest);
        await cluster.GuardAsync(async () =>
        {
            await using var load = new PutLoad(cluster);
            await load.ReachedAsync(500);
            await load.StopAsync();
            await ClusterChecks.EveryMemberHasAsync(cluster, load.Acknowledged);
            foreach (MemberProcess member in cluster.Members)
            {
                await member.KillAsync();
            }

            MemberSettings alone = cluster.Members[1].Settings with { ExtraArguments = ["--force-new-cluster"] };
            await using var survivor = MemberProcess.Of(SpecEnvironment.ServerUnderTest, alone);
            await survivor.StartAndWaitAsync();
            await GrowingCluster.HasAsync(survivor, load.Acknowledged);
            string list = (await Etcdctl.UntilTakenAsync(survivor.Endpoint, "member", "list")).Succeeded();
            Assert.Single(list.Split('\n'));
            (await Etcdctl.UntilTakenAsync(survivor.Endpoint, "put", "after", "all")).Succeeded();
        });
    }

    [Fact]
    public async Task Member_whose_flags_do_not_fit_the_running_cluster_says_so_and_exits_with_1()
    {
        await using var cluster = await GrowingCluster.StartAsync();
        await cluster.GuardAsync(async () =>
        {
            using var dir = new TempDir();
            MemberProcess stranger = await cluster.JoinAsync(MemberSettings.Alone(dir.Path, "stranger"), waits: false);
            Assert.Equal(1, await stranger.WaitForExitAsync());
            Assert.Contains("member count is unequal", stranger.Log, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Refusals_have_the_texts_of_etcd()
    {
        await using var cluster = await GrowingCluster.StartAsync();
        await cluster.GuardAsync(async () =>
        {
            string taken = cluster.Members[0].Settings.PeerUrl;
            await RefusedAsync(cluster, "etcdserver: member not found", "member", "remove", "1234");
            await RefusedAsync(cluster, "etcdserver: member not found", "member", "promote", "1234");
            await RefusedAsync(cluster, "etcdserver: member not found", "member", "update", "1234", "--peer-urls=http://127.0.0.1:1");
            await RefusedAsync(cluster, "etcdserver: Peer URLs already exists", "member", "add", "x", "--peer-urls=" + taken);
            string self = await cluster.IdOfAsync(cluster.Members[0]);
            await RefusedAsync(cluster, "etcdserver: can only promote a learner member", "member", "promote", self);
            await RefusedAsync(
                cluster, "etcdserver: re-configuration failed due to not enough started members", "member", "remove", self);
        });
    }

    private static async Task AddThroughLearningAsync(GrowingCluster cluster)
    {
        MemberProcess learner = await cluster.AddAsync(asLearner: true);
        string id = await cluster.IdOfAsync(learner);
        var refused = await Etcdctl.RunAsync(learner.Endpoint, ["get", "x"], input: "", TimeSpan.FromSeconds(180));
        Assert.NotEqual(0, refused.ExitCode);
        await cluster.ChangeAsync("member", "promote", id);
        await learner.WaitUntilReadyAsync();
    }

    private static async Task RefusedAsync(GrowingCluster cluster, string text, params string[] arguments)
    {
        EtcdctlResult result = await Etcdctl.UntilTakenAsync(cluster.Endpoints, arguments);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(text, result.Errors, StringComparison.Ordinal);
    }
}
