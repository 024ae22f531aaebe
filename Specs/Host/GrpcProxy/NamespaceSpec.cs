using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using ActorEtcd.Host.Protos.V3electionpb;
using ActorEtcd.Host.Protos.V3lockpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;
using ClientMethod = ActorEtcd.Host.GrpcClient.GrpcMethod;

namespace ActorEtcd.Specs.Host.GrpcProxy;

/// <summary>A proxy whose clients see a part of the keys as the whole, before a real etcd; and how proxies find each other.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class NamespaceSpec(NamespaceSpec.Stage stage) : IClassFixture<NamespaceSpec.Stage>
{
    private const string Lock = "v3lockpb.Lock";
    private const string Election = "v3electionpb.Election";

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Keys_of_every_operation_are_those_of_the_namespace()
    {
        string inside = stage.Proxy.Endpoint;
        string outside = stage.Server.Process.Endpoint;
        (await Etcdctl.RunAsync(outside, "put", "a", "outside")).Succeeded();
        (await Etcdctl.RunAsync(outside, "put", "nt", "behind")).Succeeded();
        (await Etcdctl.RunAsync(inside, "put", "a", "1")).Succeeded();
        (await Etcdctl.RunAsync(inside, "put", "b", "2")).Succeeded();
        Assert.Equal("a\n1\nb\n2", (await Etcdctl.RunAsync(inside, "get", "", "--prefix")).Succeeded());
        Assert.Equal("b\n2", (await Etcdctl.RunAsync(inside, "get", "b", "--from-key")).Succeeded());
        Assert.Equal("a\noutside\nns/a\n1\nns/b\n2\nnt\nbehind", (await Etcdctl.RunAsync(outside, "get", "a", "--from-key")).Succeeded());
        string input = "value(\"a\") = \"1\"\n\nput a 3\nget a\ndel b\n\nget b\n\n";
        Assert.Equal("SUCCESS\n\nOK\n\na\n3\n\n1", (await Etcdctl.RunAsync(inside, ["txn"], input, Within)).Succeeded());
        Assert.Equal("OK\na\n3", (await Etcdctl.RunAsync(inside, "put", "a", "4", "--prev-kv")).Succeeded());
        Assert.Equal("1\na\n4", (await Etcdctl.RunAsync(inside, "del", "", "--from-key", "--prev-kv")).Succeeded());
        Assert.Equal("a\noutside\nnt\nbehind", (await Etcdctl.RunAsync(outside, "get", "a", "--from-key")).Succeeded());
        Assert.Contains("etcdserver: key is not provided", (await Etcdctl.RunAsync(inside, "put", "", "x")).Errors, StringComparison.Ordinal);
        (await Etcdctl.RunAsync(outside, "del", "a", "--from-key")).Succeeded();
    }

    [Fact]
    public async Task Watches_and_leases_tell_of_the_namespace_alone()
    {
        await using GrpcChannel inside = await stage.Proxy.ConnectAsync();
        await using ProxiedWatch watch = await ProxiedWatch.StartAsync(
            inside, new WatchCreateRequest { Key = Key("\0"), RangeEnd = Key("\0"), PrevKv = true });
        long lease = (await inside.UnaryAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { TTL = 600 })).ID;
        await inside.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("w"), Value = Key("1"), Lease = lease });
        await stage.Server.Channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("w"), Lease = lease });
        await inside.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("w"), Value = Key("2"), Lease = lease });
        await watch.UntilAsync("both events", static seen => seen.Events.Count == 2);
        Assert.Equal([("w", "1"), ("w", "2")], watch.Events.Select(static one => (one.Kv.Key.ToStringUtf8(), one.Kv.Value.ToStringUtf8())));
        Assert.Equal("w", watch.Events[1].PrevKv.Key.ToStringUtf8());
        LeaseTimeToLiveResponse told = await inside.UnaryAsync(EtcdMethods.LeaseTimeToLive, new LeaseTimeToLiveRequest { ID = lease, Keys = true });
        Assert.Equal(["w"], told.Keys.Select(static key => key.ToStringUtf8()));
        await inside.UnaryAsync(EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = lease });
        await watch.UntilAsync("the deletion", static seen => seen.Events.Count == 3);
        Assert.Equal(Event.Types.EventType.Delete, watch.Events[2].Type);
    }

    [Fact]
    public async Task Locks_and_elections_are_in_the_namespace()
    {
        await using GrpcChannel inside = await stage.Proxy.ConnectAsync();
        long lease = (await inside.UnaryAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { TTL = 600 })).ID;
        var lockIt = ClientMethod.Protobuf<LockRequest, LockResponse>(Lock, "Lock");
        LockResponse held = await inside.UnaryAsync(lockIt, new LockRequest { Name = Key("l"), Lease = lease }, Within);
        Assert.StartsWith("l/", held.Key.ToStringUtf8(), StringComparison.Ordinal);
        Assert.Equal(1, await CountOutsideAsync("ns/l/"));
        var unlock = ClientMethod.Protobuf<UnlockRequest, UnlockResponse>(Lock, "Unlock");
        await inside.UnaryAsync(unlock, new UnlockRequest { Key = held.Key });
        Assert.Equal(0, await CountOutsideAsync("ns/l/"));

        var campaign = ClientMethod.Protobuf<CampaignRequest, CampaignResponse>(Election, "Campaign");
        CampaignResponse won = await inside.UnaryAsync(
            campaign, new CampaignRequest { Name = Key("e"), Lease = lease, Value = Key("v") }, Within);
        Assert.Equal("e", won.Leader.Name.ToStringUtf8());
        Assert.Equal(1, await CountOutsideAsync("ns/e/"));
        var proclaim = ClientMethod.Protobuf<ProclaimRequest, ProclaimResponse>(Election, "Proclaim");
        await inside.UnaryAsync(proclaim, new ProclaimRequest { Leader = won.Leader, Value = Key("w") });
        var observe = ClientMethod.Protobuf<LeaderRequest, LeaderResponse>(Election, "Observe");
        await using (DuplexCall<LeaderRequest, LeaderResponse> seen = inside.ServerStreaming(observe, new LeaderRequest { Name = Key("e") }))
        {
            LeaderResponse leader = await seen.ReadAsync().AsTask().WaitAsync(Within);
            Assert.Equal((won.Leader.Key, "w"), (leader.Kv.Key, leader.Kv.Value.ToStringUtf8()));
        }

        var resign = ClientMethod.Protobuf<ResignRequest, ResignResponse>(Election, "Resign");
        await inside.UnaryAsync(resign, new ResignRequest { Leader = won.Leader });
        Assert.Equal(0, await CountOutsideAsync("ns/e/"));
        await inside.UnaryAsync(EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = lease });
    }

    [Fact]
    public async Task Member_list_shows_the_proxies_of_a_prefix_etcds_own_among_them()
    {
        string endpoint = stage.Server.Process.Endpoint;
        string[] resolver = ["--resolver-prefix", "___proxies", "--resolver-ttl", "600"];
        await using ProxyProcess etcds = await ProxyProcess.StartAsync(ServerKind.Etcd, endpoint, resolver);
        await using ProxyProcess ours = await ProxyProcess.StartAsync(ServerKind.ActorEtcd, endpoint, resolver);
        string[] both = [.. new[] { etcds.Endpoint, ours.Endpoint }.Order(StringComparer.Ordinal)];
        foreach (ProxyProcess proxy in new[] { ours, etcds })
        {
            await Poll.UntilAsync("both proxies in the list", Within, async () => both.SequenceEqual(await MembersAsync(proxy)));
        }

        await stage.Server.Channel.UnaryAsync(EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = Key("___proxies/" + etcds.Endpoint) });
        await Poll.UntilAsync("the proxy to be off the list", Within, async () => (await MembersAsync(ours)).SequenceEqual([ours.Endpoint]));
        Assert.Equal(0, await ours.TerminateAsync());
        await Poll.UntilAsync("the lease to be gone", Within, async () => await CountOutsideAsync("___proxies/") == 0);
    }

    [Fact]
    public async Task Member_list_is_the_proxy_itself_or_without_an_address_the_members()
    {
        Assert.Equal([stage.Proxy.Endpoint], await MembersAsync(stage.Proxy));
        await using ProxyProcess open = await ProxyProcess.StartAsync(
            ServerKind.ActorEtcd, stage.Server.Process.Endpoint, "--advertise-client-url=");
        Assert.Equal([stage.Server.Process.Settings.ClientUrl], await MembersAsync(open));
    }

    private static ByteString Key(string text) => ByteString.CopyFromUtf8(text);

    private static async Task<IReadOnlyList<string>> MembersAsync(ProxyProcess proxy)
    {
        await using GrpcChannel channel = await proxy.ConnectAsync();
        MemberListResponse list = await channel.UnaryAsync(EtcdMethods.MemberList, new MemberListRequest());
        return [.. list.Members.SelectMany(static member => member.ClientURLs).Order(StringComparer.Ordinal)];
    }

    private async Task<long> CountOutsideAsync(string prefix) => (await stage.Server.Channel.UnaryAsync(
        EtcdMethods.Range, new RangeRequest { Key = Key(prefix), RangeEnd = Key(prefix[..^1] + (char)(prefix[^1] + 1)) })).Count;

    /// <summary>A real etcd, and our proxy with a namespace before it.</summary>
    public sealed class Stage : IAsyncLifetime
    {
        private ProxyProcess? _proxy;

        public SingleServer Server { get; private set; } = null!;

        internal ProxyProcess Proxy => _proxy!;

        public async Task InitializeAsync()
        {
            Server = await SingleServer.StartAsync(ServerKind.Etcd);
            _proxy = await ProxyProcess.StartAsync(ServerKind.ActorEtcd, Server.Process.Endpoint, "--namespace", "ns/");
        }

        public async Task DisposeAsync()
        {
            await (_proxy?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (Server?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }
}
