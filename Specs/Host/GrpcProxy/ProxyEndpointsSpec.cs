using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Host.Discovery;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.GrpcProxy;

/// <summary>How a proxy learns whom to ask: from DNS, and from the members themselves.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class ProxyEndpointsSpec
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Endpoints_are_those_of_the_records_and_without_secure_ones_those_given()
    {
        await using SingleServer server = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        int port = server.Process.Settings.ClientPort;
        using var dns = new DnsServer(new()
        {
            ["_etcd-client._tcp.specs.test"] = [("localhost", port)],
            ["_etcd-client-named._tcp.specs.test"] = [("localhost", port)],
        });
        await using (ProxyProcess found = await ProxyProcess.StartAsync(dns, "--discovery-srv", "specs.test", "--insecure-discovery"))
        {
            await PutAsync(found);
        }

        await using (ProxyProcess named = await ProxyProcess.StartAsync(
            dns, "--discovery-srv", "specs.test", "--discovery-srv-name", "named", "--insecure-discovery"))
        {
            await PutAsync(named);
        }

        await using ProxyProcess given = await ProxyProcess.StartAsync(dns, "--discovery-srv", "specs.test", "--endpoints", $"127.0.0.1:{port}");
        await PutAsync(given);
        Assert.Contains("ignoring discovered insecure endpoint", given.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_that_the_proxy_was_not_told_of_are_found_in_the_member_list()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(SpecEnvironment.ServerUnderTest);
        await using ProxyProcess proxy = await ProxyProcess.StartAsync(
            ServerKind.ActorEtcd, cluster.Members[0].Endpoint, "--endpoints-auto-sync-interval", "100ms");
        await cluster.GuardAsync(async () =>
        {
            await using GrpcChannel channel = await proxy.ConnectAsync();

            // Who answers is told by the header: all three do once the list is known.
            var seen = new HashSet<ulong>();
            await Poll.UntilAsync("answers of all members", Within, async () =>
            {
                seen.Add((await channel.UnaryAsync(EtcdMethods.Range, new RangeRequest { Key = Key("k") }, Within)).Header.MemberId);
                return seen.Count == 3;
            });
            await cluster.Members[0].KillAsync();
            await Poll.UntilAsync("a write without the member that was given", Within, async () =>
            {
                await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("k") }, TimeSpan.FromSeconds(10));
                return true;
            });
        });
    }

    private static ByteString Key(string text) => ByteString.CopyFromUtf8(text);

    private static async Task PutAsync(ProxyProcess proxy)
    {
        await using GrpcChannel channel = await proxy.ConnectAsync();
        await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("k") }, Within);
    }
}
