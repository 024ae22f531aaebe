using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Host.GrpcProxy;

/// <summary>The proxy before a cluster that loses a member, and before one where users matter.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class ProxyClusterSpec(ITestOutputHelper output)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Watches_go_on_without_gap_or_repetition_when_the_leader_is_killed_and_end_with_the_last_if_so_asked()
    {
        await using ThreeNodeCluster cluster = await ThreeNodeCluster.StartAsync(SpecEnvironment.ServerUnderTest);
        await using ProxyProcess proxy = await ProxyProcess.StartAsync(ServerKind.ActorEtcd, cluster.Endpoints);
        await cluster.GuardAsync(async () =>
        {
            await using GrpcChannel channel = await proxy.ConnectAsync();
            int seed = SpecEnvironment.Seed ?? 1;
            output.WriteLine($"ACTOR_ETCD_SPECS_SEED={seed}");
            var random = new Random(seed);
            var watches = new List<(WatchCreateRequest Create, ProxiedWatch Watch)>();
            var puts = new List<long>();
            try
            {
                for (int i = 0; i < 60; i++)
                {
                    puts.Add(await PutAsync(channel, random));
                    if (i == 20)
                    {
                        await (await cluster.LeaderAsync()).KillAsync();
                    }

                    if (i % 3 == 0)
                    {
                        WatchCreateRequest create = RandomWatch(random, puts);
                        watches.Add((create, await StartAsync(channel, create)));
                    }
                }

                await CheckAsync(cluster, watches);
                await EndsWithTheLeaderAsync(cluster, channel);
            }
            finally
            {
                foreach ((_, ProxiedWatch watch) in watches)
                {
                    await watch.DisposeAsync();
                }
            }
        });
    }

    [Fact]
    public async Task Users_see_no_more_through_the_proxy_than_they_may()
    {
        await using SingleServer server = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest, GuardedServer.CheapHashes);
        await server.Channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("secret"), Value = Key("s") });
        await GuardedServer.EnableWithUserAsync(server.Channel);
        await using ProxyProcess proxy = await ProxyProcess.StartAsync(ServerKind.ActorEtcd, server.Process.Endpoint);
        await using GrpcChannel channel = await proxy.ConnectAsync();
        IReadOnlyList<KeyValuePair<string, string>> root = await GuardedServer.LoginAsync(channel, "root", "root");
        IReadOnlyList<KeyValuePair<string, string>> user = await GuardedServer.LoginAsync(channel, "u", "pw");

        // What root has read and watches is there already when the user asks for the same.
        var read = new RangeRequest { Key = Key("secret"), Serializable = true };
        Assert.Equal(1, (await channel.UnaryAsync(EtcdMethods.Range, read, metadata: root)).Count);
        await using ProxiedWatch roots = await ProxiedWatch.StartAsync(channel, new WatchCreateRequest { Key = Key("secret") }, root);
        GrpcCallException denied = await Assert.ThrowsAsync<GrpcCallException>(async () => await channel.UnaryAsync(EtcdMethods.Range, read, metadata: user));
        Assert.Equal(StatusCode.PermissionDenied, denied.Code);
        GrpcCallException nobody = await Assert.ThrowsAsync<GrpcCallException>(async () => await channel.UnaryAsync(EtcdMethods.Range, read));
        Assert.Equal("etcdserver: user name is empty", nobody.Detail);
        await using ProxiedWatch users = await ProxiedWatch.StartAsync(channel, new WatchCreateRequest { Key = Key("secret") }, user);
        Assert.True(users.Responses[0] is { Created: true, Canceled: true, WatchId: -1 }, users.Responses[0].ToString());
        Assert.Contains("permission denied", users.Responses[0].CancelReason, StringComparison.Ordinal);

        // Two users share what both may see, and the one goes on when the other leaves.
        await using ProxiedWatch stays = await ProxiedWatch.StartAsync(channel, new WatchCreateRequest { Key = Key("own/k") }, user);
        await using (ProxiedWatch leaves = await ProxiedWatch.StartAsync(channel, new WatchCreateRequest { Key = Key("own/k") }, root))
        {
            await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("own/k"), Value = Key("1") }, metadata: user);
            await leaves.UntilAsync("the event", static seen => seen.Events.Count == 1);
        }

        await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("own/k"), Value = Key("2") }, metadata: user);
        await stays.UntilAsync("both events", static seen => seen.Events.Count == 2);
    }

    /// <summary>Each watch was told exactly what happened to its keys from its first revision on.</summary>
    private static async Task CheckAsync(ThreeNodeCluster cluster, List<(WatchCreateRequest Create, ProxiedWatch Watch)> watches)
    {
        await using GrpcChannel direct = await cluster.Members.First(static member => member.IsRunning).ConnectAsync();
        await using ProxiedWatch all = await ProxiedWatch.StartAsync(
            direct, new WatchCreateRequest { Key = Key("\0"), RangeEnd = Key("\0"), StartRevision = 1, PrevKv = true });
        long last = (await direct.UntilDoneAsync(EtcdMethods.Range, new RangeRequest { Key = Key("\0") })).Header.Revision;
        await all.UntilAsync("the whole history", seen => seen.Events.Count > 0 && seen.Events[^1].Kv.ModRevision == last);
        foreach ((WatchCreateRequest create, ProxiedWatch watch) in watches)
        {
            long start = create.StartRevision > 0 ? create.StartRevision : watch.Responses[0].Header.Revision + 1;
            string[] expected =
            [
                .. all.Events.Where(one => one.Kv.ModRevision >= start && Covers(create, one)).Select(one => Line(one, create.PrevKv)),
            ];
            await watch.UntilAsync($"{expected.Length} events of {create}", seen => seen.Events.Count >= expected.Length);
            Assert.Equal(expected, watch.Events.Select(one => Line(one, create.PrevKv)));
        }
    }

    /// <summary>A client that wants no answers without a leader is told when there is none any more.</summary>
    private static async Task EndsWithTheLeaderAsync(ThreeNodeCluster cluster, GrpcChannel channel)
    {
        DuplexCall<WatchRequest, WatchResponse> watch = await Poll.UntilAsync("a watch that needs a leader", Within, async () =>
        {
            DuplexCall<WatchRequest, WatchResponse> call = channel.Duplex(EtcdMethods.Watch, metadata: [new("hasleader", "true")]);
            await call.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = Key("k0") } });
            return (await call.ReadAsync()).Created ? call : null;
        });
        await cluster.Members.First(static member => member.IsRunning).KillAsync();
        GrpcCallException end = await Assert.ThrowsAsync<GrpcCallException>(async () =>
        {
            while (true)
            {
                await watch.ReadAsync().AsTask().WaitAsync(Within);
            }
        });
        Assert.Equal((StatusCode.Unavailable, "etcdserver: no leader"), (end.Code, end.Detail));
        await watch.DisposeAsync();
    }

    /// <summary>A member that is just dying may be the one that is asked.</summary>
    private static Task<ProxiedWatch> StartAsync(GrpcChannel channel, WatchCreateRequest create)
        => Poll.UntilAsync<ProxiedWatch>("a watch", Within, async () => await ProxiedWatch.StartAsync(channel, create));

    private static bool Covers(WatchCreateRequest create, Event happened)
    {
        ReadOnlySpan<byte> key = happened.Kv.Key.Span;
        bool isIn = create.RangeEnd.IsEmpty
            ? key.SequenceEqual(create.Key.Span)
            : key.SequenceCompareTo(create.Key.Span) >= 0 && key.SequenceCompareTo(create.RangeEnd.Span) < 0;
        return isIn && !create.Filters.Contains(happened.Type == Event.Types.EventType.Put
            ? WatchCreateRequest.Types.FilterType.Noput
            : WatchCreateRequest.Types.FilterType.Nodelete);
    }

    private static string Line(Event happened, bool withPrevKv)
        => $"{happened.Kv.ModRevision} {happened.Type} {happened.Kv.Key.ToStringUtf8()}={happened.Kv.Value.ToStringUtf8()}"
            + (withPrevKv ? $" was {happened.PrevKv?.Value.ToStringUtf8()}" : string.Empty);

    private static WatchCreateRequest RandomWatch(Random random, List<long> puts)
    {
        var create = new WatchCreateRequest
        {
            Key = Key($"k{random.Next(2)}"),
            RangeEnd = random.Next(2) == 0 ? ByteString.Empty : Key("k9"),
            StartRevision = random.Next(2) == 0 ? 0 : puts[random.Next(puts.Count)],
            PrevKv = random.Next(2) == 0,
        };
        if (random.Next(4) == 0)
        {
            create.Filters.Add(random.Next(2) == 0 ? WatchCreateRequest.Types.FilterType.Noput : WatchCreateRequest.Types.FilterType.Nodelete);
        }

        return create;
    }

    /// <summary>A write that may meet a member that is just dying: again until it is done.</summary>
    private static async Task<long> PutAsync(GrpcChannel channel, Random random)
    {
        ByteString key = Key($"k{random.Next(3)}");
        bool deletes = random.Next(4) == 0;
        string value = $"{random.Next()}";
        long revision = 0;
        await Poll.UntilAsync("a write", Within, async () =>
        {
            revision = deletes
                ? (await channel.UnaryAsync(EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = key }, TimeSpan.FromSeconds(10))).Header.Revision
                : (await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = key, Value = Key(value) }, TimeSpan.FromSeconds(10))).Header.Revision;
            return true;
        });
        return revision;
    }

    private static ByteString Key(string text) => ByteString.CopyFromUtf8(text);
}
