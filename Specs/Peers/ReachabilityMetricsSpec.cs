using System.Text.Json;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Peers;

/// <summary>What an operator sees of a member that is away: real processes.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class ReachabilityMetricsSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Member_that_is_killed_is_no_active_peer_until_it_is_back()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(ServerKind.ActorEtcd);
        await cluster.GuardAsync(async () =>
        {
            MemberProcess leader = await cluster.LeaderAsync();
            MemberProcess victim = await cluster.FollowerAsync();
            await ActiveAsync(leader, 2);

            await victim.KillAsync();
            await ActiveAsync(leader, 1);

            await victim.StartAndWaitAsync();
            await ActiveAsync(leader, 2);
            await ActiveAsync(victim, 2);
            await Poll.UntilAsync("the leader to be told of it", Patience, async () =>
            {
                await ToldOfAsync(leader, victim);
                return true;
            });
        });
    }

    // What the Akka cluster carries of a member: where its clients find it, and which version it is.
    private static async Task ToldOfAsync(MemberProcess member, MemberProcess other)
    {
        using var http = new HttpClient();
        using var variables = JsonDocument.Parse(await http.GetStringAsync($"http://{member.Endpoint}/debug/vars"));
        using var version = JsonDocument.Parse(await http.GetStringAsync($"http://{other.Endpoint}/version"));
        JsonElement[] told =
        [
            .. variables.RootElement.GetProperty("peers").EnumerateObject().Select(static peer => peer.Value)
                .Where(peer => peer.GetProperty("clientURLs").EnumerateArray().Any(url => url.GetString() == $"http://{other.Endpoint}")),
        ];
        JsonElement peer = Assert.Single(told);
        Assert.True(peer.GetProperty("reachable").GetBoolean());
        Assert.Equal(version.RootElement.GetProperty("etcdserver").GetString(), peer.GetProperty("version").GetString());
    }

    private static async Task ActiveAsync(MemberProcess member, int expected)
    {
        using var http = new HttpClient();
        await Poll.UntilAsync($"{expected} active peers of {member.Endpoint}", Patience, async () =>
        {
            string metrics = await http.GetStringAsync($"http://{member.Endpoint}/metrics");
            return metrics.Split('\n').Count(static line =>
                line.StartsWith("etcd_network_active_peers{", StringComparison.Ordinal)
                && line.EndsWith(" 1", StringComparison.Ordinal)) == expected;
        });
    }
}
