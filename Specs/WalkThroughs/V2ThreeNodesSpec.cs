using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.WalkThroughs;

/// <summary>The users' guides to a cluster of three with the v2 API: their commands, as typed.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class V2ThreeNodesSpec
{
    [Fact]
    public async Task Value_written_with_curl_on_one_node_is_read_on_the_other_two()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(SpecEnvironment.ServerUnderTest);
        await cluster.GuardAsync(async () =>
        {
            MemberProcess first = cluster.Members[0];
            string set = await V2Shell.TypeAsync(
                first, $"curl -s -L http://{first.Endpoint}/v2/keys/mykey -XPUT -d value=\"this is awesome\"");
            Assert.StartsWith("{\"action\":\"set\",\"node\":{\"key\":\"/mykey\",\"value\":\"this is awesome\",", set, StringComparison.Ordinal);
            foreach (MemberProcess other in cluster.Members.Skip(1))
            {
                Assert.Contains(
                    "\"value\":\"this is awesome\"",
                    await V2Shell.TypeAsync(other, $"curl -s -L 'http://{other.Endpoint}/v2/keys/mykey?quorum=true'"),
                    StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public async Task Keys_set_with_etcdctl_are_listed_and_survive_a_stop_of_the_whole_cluster()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(SpecEnvironment.ServerUnderTest);
        await cluster.GuardAsync(async () =>
        {
            MemberProcess first = cluster.Members[0];
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal($"{i}", await V2Shell.TypeAsync(first, $"etcdctl set testdir/testkey{i} {i}"));
            }

            await ReadsAsync(cluster.Members[1]);
            string[] members = (await V2Shell.TypeAsync(first, "etcdctl member list")).Split('\n');
            Assert.Equal(3, members.Length);
            Assert.Single(members, static member => member.EndsWith("isLeader=true", StringComparison.Ordinal));
            Assert.All(cluster.Members, member => Assert.Single(
                members,
                line => line.Contains($"name={member.Settings.Name} peerURLs={member.Settings.PeerUrl} clientURLs={member.Settings.ClientUrl} ", StringComparison.Ordinal)));
            await V2Shell.TypeUntilAsync(first, "etcdctl cluster-health", "cluster is healthy");

            foreach (MemberProcess member in cluster.Members)
            {
                Assert.Equal(0, await member.TerminateAsync());
            }

            await cluster.StartAllAsync();
            foreach (MemberProcess member in cluster.Members)
            {
                await ReadsAsync(member);
            }
        });
    }

    private static async Task ReadsAsync(MemberProcess member)
    {
        Assert.Equal("2", await V2Shell.TypeAsync(member, "etcdctl get --quorum testdir/testkey2"));
        Assert.Equal("/testdir", await V2Shell.TypeAsync(member, "etcdctl ls /"));
        Assert.Equal(
            "/testdir/testkey0\n/testdir/testkey1\n/testdir/testkey2", await V2Shell.TypeAsync(member, "etcdctl ls /testdir"));
        Assert.Equal("1", await V2Shell.TypeAsync(member, "etcdctl get testdir/testkey1"));
    }
}
