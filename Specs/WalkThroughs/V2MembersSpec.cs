using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.WalkThroughs;

/// <summary>
/// The users' guide to a changing cluster with the v2 API: a member's address changes, a fourth member joins and is removed,
/// and does not start again before its data is deleted.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class V2MembersSpec
{
    private static readonly TimeSpan ChangeWithin = TimeSpan.FromSeconds(180);

    [Fact]
    public async Task Members_are_updated_added_and_removed_with_etcdctl()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(SpecEnvironment.ServerUnderTest);
        using var dir = new TempDir();
        await cluster.GuardAsync(async () =>
        {
            MemberProcess first = cluster.Members[0];
            await V2Shell.TypeAsync(first, "etcdctl set kept value");
            await MoveAsync(cluster, dir.Path);
            await JoinAndLeaveAsync(first, cluster, dir.Path);
        });
    }

    private static async Task MoveAsync(ThreeNodeCluster cluster, string dir)
    {
        MemberProcess first = cluster.Members[0];
        MemberProcess moving = cluster.Members[2];
        string id = await IdOfAsync(first, moving.Settings.Name);
        int port = FreePorts.Next();
        Assert.Equal(
            $"Updated member with ID {id} in cluster",
            await V2Shell.TypeAsync(first, $"etcdctl member update {id} http://127.0.0.1:{port}"));
        Assert.Equal(0, await moving.TerminateAsync());
        await using MemberProcess moved = MemberProcess.Of(
            SpecEnvironment.ServerUnderTest, moving.Settings with { PeerPort = port });
        await moved.StartAndWaitAsync();
        Assert.Contains(
            $"{id}: name={moving.Settings.Name} peerURLs=http://127.0.0.1:{port} ",
            await V2Shell.TypeAsync(first, "etcdctl member list"),
            StringComparison.Ordinal);
        Assert.Equal("value", await V2Shell.TypeAsync(moved, "etcdctl get --quorum kept"));
        await HealthyAsync(first);
        Assert.Equal(0, await moved.TerminateAsync());
        Assert.Equal(
            $"Updated member with ID {id} in cluster",
            await V2Shell.TypeAsync(first, $"etcdctl member update {id} {moving.Settings.PeerUrl}"));
        await moving.StartAndWaitAsync();
        await HealthyAsync(first);
    }

    private static async Task JoinAndLeaveAsync(MemberProcess first, ThreeNodeCluster cluster, string dir)
    {
        var settings = MemberSettings.Alone(dir, "etcd4");
        string added = await ChangeAsync(first, $"etcdctl member add etcd4 {settings.PeerUrl}");
        Assert.Contains("Added member named etcd4 with ID ", added, StringComparison.Ordinal);
        Assert.Contains("ETCD_NAME=\"etcd4\"", added, StringComparison.Ordinal);
        Assert.Contains("ETCD_INITIAL_CLUSTER_STATE=\"existing\"", added, StringComparison.Ordinal);
        Assert.Contains("[unstarted]", await V2Shell.TypeAsync(first, "etcdctl member list"), StringComparison.Ordinal);
        string initial = string.Join(
            ',', cluster.Members.Select(static member => member.Settings).Append(settings).Select(static member => $"{member.Name}={member.PeerUrl}"));
        await using MemberProcess fourth = MemberProcess.Of(
            SpecEnvironment.ServerUnderTest,
            settings with { InitialCluster = initial, ExtraArguments = ["--initial-cluster-state", "existing"] });
        await fourth.StartAndWaitAsync();
        Assert.Equal("value", await V2Shell.TypeAsync(fourth, "etcdctl get --quorum kept"));
        await HealthyAsync(first);

        string id = await IdOfAsync(first, "etcd4");
        Assert.Equal($"Removed member {id} from cluster", await ChangeAsync(first, $"etcdctl member remove {id}"));
        Assert.Equal(0, await fourth.WaitForExitAsync());
        fourth.Start();
        Assert.Equal(0, await fourth.WaitForExitAsync());
        Assert.DoesNotContain("published", fourth.Log[fourth.Log.LastIndexOf("--- start", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains("data-dir used by this member must be removed", fourth.Log, StringComparison.Ordinal);
        Assert.Equal(
            "Couldn't find a member in the cluster with an ID of " + id + ".",
            (await V2Shell.TryAsync(first, $"etcdctl member remove {id}")).Errors.Trim());

        // Its data deleted, it may come back as a new member.
        Directory.Delete(settings.DataDir, recursive: true);
        await ChangeAsync(first, $"etcdctl member add etcd4 {settings.PeerUrl}");
        await fourth.StartAndWaitAsync();
        Assert.NotEqual(id, await IdOfAsync(first, "etcd4"));
        Assert.Equal("value", await V2Shell.TypeAsync(fourth, "etcdctl get --quorum kept"));
    }

    // The strict check lets a change pass when all members have been healthy for some seconds.
    private static Task<string> ChangeAsync(MemberProcess member, string command) => Poll.UntilAsync<string>(
        command, ChangeWithin, async () => await V2Shell.TypeAsync(member, command));

    private static Task HealthyAsync(MemberProcess member) => Poll.UntilAsync("a healthy cluster", ChangeWithin, async () =>
        (await V2Shell.TypeAsync(member, "etcdctl cluster-health")).EndsWith("cluster is healthy", StringComparison.Ordinal));

    private static async Task<string> IdOfAsync(MemberProcess member, string name)
        => (await V2Shell.TypeAsync(member, "etcdctl member list"))
            .Split('\n')
            .Single(line => line.Contains($"name={name} ", StringComparison.Ordinal))
            .Split(':')[0];
}
