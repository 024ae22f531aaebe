using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Xunit;
using DowngradeAction = ActorEtcd.Host.Protos.Etcdserverpb.DowngradeRequest.Types.DowngradeAction;

namespace ActorEtcd.Specs.Cluster;

[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class DowngradeSpec(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    private readonly ThreeNodeCluster _cluster = fixture.Cluster;

    [Fact]
    public async Task Downgrade_that_a_follower_is_asked_for_is_known_to_every_member_and_is_cancelled_for_all()
    {
        MemberProcess follower = await _cluster.FollowerAsync();
        await using GrpcChannel channel = await follower.ConnectAsync();
        await channel.OnceAsync(
            EtcdMethods.Downgrade,
            new DowngradeRequest { Action = DowngradeAction.Enable, Version = "3.6" },
            "etcdserver: cluster has a downgrade job in progress");
        await AllTellAsync("3.6.0", new DowngradeInfo { Enabled = true, TargetVersion = "3.6.0" });
        await channel.OnceAsync(
            EtcdMethods.Downgrade, new DowngradeRequest { Action = DowngradeAction.Cancel }, "etcdserver: no inflight downgrade job");
        await AllTellAsync("3.7.0", new DowngradeInfo());
    }

    private async Task AllTellAsync(string version, DowngradeInfo info)
    {
        foreach (MemberProcess member in _cluster.Members)
        {
            await using GrpcChannel channel = await member.ConnectAsync();
            using var http = new HttpClient();
            await Poll.UntilAsync($"{member.Settings.Name} to tell version {version} and {info}", Timeout, async () =>
            {
                StatusResponse status = await channel.UnaryAsync(EtcdMethods.Status, new StatusRequest());
                string versions = await http.GetStringAsync(new Uri($"http://{member.Endpoint}/version"));
                string metrics = await http.GetStringAsync(new Uri($"http://{member.Endpoint}/metrics"));
                return metrics.Contains($"etcd_cluster_version{{cluster_version=\"{version[..3]}\"}} 1\n", StringComparison.Ordinal)
                    && status.StorageVersion == version
                    && status.DowngradeInfo.Equals(info)
                    && versions.Contains($"\"etcdcluster\":\"{version}\"", StringComparison.Ordinal);
            });
        }
    }
}
