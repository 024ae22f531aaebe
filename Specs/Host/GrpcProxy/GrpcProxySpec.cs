using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;
using ClientMethod = ActorEtcd.Host.GrpcClient.GrpcMethod;

namespace ActorEtcd.Specs.Host.GrpcProxy;

/// <summary>Our proxy before one of our servers, and etcd's own proxy beside it.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class GrpcProxySpec(GrpcProxySpec.Stage stage) : IClassFixture<GrpcProxySpec.Stage>
{
    private const string Watchers = "etcd_debugging_mvcc_watcher_total";
    private const string Renewals = "grpc_server_msg_received_total{grpc_method=\"LeaseKeepAlive\",grpc_service=\"etcdserverpb.Lease\",grpc_type=\"bidi_stream\"}";

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData("put {0}a 1")]
    [InlineData("put {0}a 2 --prev-kv")]
    [InlineData("put {0}b 3")]
    [InlineData("put", "", "x")]
    [InlineData("get {0}a")]
    [InlineData("get {0} --prefix --keys-only")]
    [InlineData("get {0}a --consistency=s")]
    [InlineData("get {0}a --rev=1000000")]
    [InlineData("get {0} --prefix --sort-by=KEY --order=DESCEND --limit=1")]
    [InlineData("del {0}b --prev-kv")]
    [InlineData("get {0}b")]
    [InlineData("lease revoke 1234")]
    [InlineData("lease timetolive 1234")]
    [InlineData("lease keep-alive --once 1234")]
    [InlineData("lock {0}lock echo held")]
    [InlineData("role list")]
    [InlineData("user get nobody")]
    [InlineData("auth enable")]
    [InlineData("alarm list")]
    [InlineData("compaction 1000000")]
    [InlineData("member remove 1234")]
    public async Task Command_prints_the_same_through_both_proxies(params string[] words)
    {
        string[] RunOn(string key) => words.Length > 1 ? words : words[0].Replace("{0}", key, StringComparison.Ordinal).Split(' ');
        EtcdctlResult ours = await Etcdctl.RunAsync(stage.Proxy.Endpoint, RunOn("ours/"));
        EtcdctlResult etcds = await Etcdctl.RunAsync(stage.EtcdsProxy.Endpoint, RunOn("etcd/"));
        Assert.Equal(
            (etcds.ExitCode, etcds.Output.Replace("etcd/", "ours/", StringComparison.Ordinal), LastLine(etcds)),
            (ours.ExitCode, ours.Output, LastLine(ours)));
    }

    [Fact]
    public async Task Transactions_print_the_same_through_both_proxies()
    {
        string input = "value(\"txn\") = \"1\"\n\nput txn 2\nget txn\n\nput txn 1\nget txn\n\n";
        foreach (string outcome in new[] { "FAILURE", "SUCCESS" })
        {
            EtcdctlResult ours = await Etcdctl.RunAsync(stage.Proxy.Endpoint, ["txn"], input, Within);
            Assert.StartsWith(outcome, ours.Succeeded(), StringComparison.Ordinal);
            if (outcome == "FAILURE")
            {
                continue;
            }

            await Etcdctl.RunAsync(stage.EtcdsProxy.Endpoint, "put", "txn", "1");
            Assert.Equal((await Etcdctl.RunAsync(stage.EtcdsProxy.Endpoint, ["txn"], input, Within)).Succeeded(), ours.Succeeded());
        }
    }

    [Fact]
    public async Task Many_watches_of_one_key_are_one_at_the_cluster()
    {
        await using GrpcChannel channel = await stage.Proxy.ConnectAsync();
        double before = stage.Watchers;
        await Poll.UntilAsync("the watches of other specs to be gone", Within, async () => await WatchersAsync() == before);
        var watches = new List<ProxiedWatch>();
        try
        {
            for (int i = 0; i < 60; i++)
            {
                watches.Add(await ProxiedWatch.StartAsync(channel, new WatchCreateRequest { Key = Key("shared"), PrevKv = i % 2 == 0 }));
            }

            await Poll.UntilAsync("one watcher more at the server", Within, async () => await WatchersAsync() == before + 1);
            await Poll.UntilAsync("the others to be counted", Within, async () =>
                await ProxyProcess.MetricAsync(stage.Proxy.Endpoint, "/proxy/metrics", "etcd_grpc_proxy_watchers_coalescing_total") == 59);
            await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("shared"), Value = Key("1") });
            await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("shared"), Value = Key("2") });
            foreach ((ProxiedWatch watch, int i) in watches.Select(static (watch, i) => (watch, i)))
            {
                await watch.UntilAsync("both events", static seen => seen.Events.Count == 2);
                Assert.Equal(["1", "2"], watch.Events.Select(static one => one.Kv.Value.ToStringUtf8()));
                Assert.Equal(i % 2 == 0 ? "1" : null, watch.Events[1].PrevKv?.Value.ToStringUtf8());
            }
        }
        finally
        {
            foreach (ProxiedWatch watch in watches)
            {
                await watch.DisposeAsync();
            }
        }

        await Poll.UntilAsync("no watcher more at the server", Within, async () => await WatchersAsync() == before);
    }

    [Fact]
    public async Task Watch_of_now_tells_nothing_from_before_and_one_of_the_past_all_from_there()
    {
        await using GrpcChannel channel = await stage.Proxy.ConnectAsync();
        await using ProxiedWatch first = await ProxiedWatch.StartAsync(channel, new WatchCreateRequest { Key = Key("past") });
        long[] revisions = new long[5];
        for (int i = 0; i < revisions.Length; i++)
        {
            revisions[i] = (await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("past"), Value = Key($"{i}") })).Header.Revision;
        }

        await using ProxiedWatch now = await ProxiedWatch.StartAsync(channel, new WatchCreateRequest { Key = Key("past") });
        await using ProxiedWatch past = await ProxiedWatch.StartAsync(channel, new WatchCreateRequest { Key = Key("past"), StartRevision = revisions[2] });
        await using ProxiedWatch future = await ProxiedWatch.StartAsync(channel, new WatchCreateRequest { Key = Key("past"), StartRevision = revisions[4] + 2 });
        await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("past"), Value = Key("5") });
        await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("past"), Value = Key("6") });
        foreach ((ProxiedWatch watch, string expected) in new[] { (first, "0123456"), (now, "56"), (past, "23456"), (future, "6") })
        {
            await watch.UntilAsync($"the events {expected}", seen => seen.Events.Count >= expected.Length);
            Assert.Equal(expected, string.Concat(watch.Events.Select(static one => one.Kv.Value.ToStringUtf8())));
        }
    }

    [Fact]
    public async Task Filters_cancellation_ids_and_compaction_are_told_as_by_a_server()
    {
        await using GrpcChannel channel = await stage.Proxy.ConnectAsync();
        await using ProxiedWatch watch = await ProxiedWatch.StartAsync(
            channel, new WatchCreateRequest { Key = Key("f"), Filters = { WatchCreateRequest.Types.FilterType.Noput }, WatchId = 7 });
        Assert.Equal((7, true), (watch.Responses[0].WatchId, watch.Responses[0].Created));
        await watch.SendAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = Key("f"), WatchId = 7 } });
        await watch.UntilAsync("the refusal", static seen => seen.Responses.Count == 2);
        Assert.True(watch.Responses[1] is { WatchId: -1, Created: true, Canceled: true }, watch.Responses[1].ToString());
        await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("f") });
        PutResponse last = await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("f") });
        await channel.UnaryAsync(EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = Key("f") });
        await watch.UntilAsync("the deletion", static seen => seen.Events.Count == 1);
        Assert.Equal(Event.Types.EventType.Delete, watch.Events[0].Type);
        await watch.SendAsync(new WatchRequest { CancelRequest = new WatchCancelRequest { WatchId = 7 } });
        await watch.UntilAsync("the end", static seen => seen.Responses[^1] is { Canceled: true, WatchId: 7 });

        await channel.UnaryAsync(EtcdMethods.Compact, new CompactionRequest { Revision = last.Header.Revision });
        await using ProxiedWatch late = await ProxiedWatch.StartAsync(channel, new WatchCreateRequest { Key = Key("f"), StartRevision = last.Header.Revision - 1 });
        await late.UntilAsync("the end by compaction", static seen => seen.Responses[^1].Canceled);
        Assert.Equal(last.Header.Revision, late.Responses[^1].CompactRevision);
        GrpcCallException read = await Assert.ThrowsAsync<GrpcCallException>(async () => await channel.UnaryAsync(
            EtcdMethods.Range, new RangeRequest { Key = Key("f"), Revision = last.Header.Revision - 1, Serializable = true }));
        Assert.Equal("etcdserver: mvcc: required revision has been compacted", read.Detail);
    }

    [Fact]
    public async Task Progress_is_told_on_request_behind_every_event_up_to_it()
    {
        await using GrpcChannel channel = await stage.Proxy.ConnectAsync();
        await using ProxiedWatch watch = await ProxiedWatch.StartAsync(channel, new WatchCreateRequest { Key = Key("p1") });
        await watch.SendAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = Key("p2") } });
        await watch.UntilAsync("the second watch", static seen => seen.Responses.Count == 2);
        await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("p1") });
        PutResponse last = await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("elsewhere") });
        await Poll.UntilAsync("the answer", Within, async () =>
        {
            await watch.SendAsync(new WatchRequest { ProgressRequest = new WatchProgressRequest() });
            return watch.Responses.Any(static response => response is { WatchId: -1, Created: false });
        });
        WatchResponse progress = watch.Responses.First(static response => response is { WatchId: -1, Created: false });
        Assert.True(progress.Header.Revision >= last.Header.Revision, $"{progress} before {last.Header.Revision}");
        Assert.True(watch.Responses[2].Events.Count == 1, watch.Responses[2].ToString());
    }

    [Fact]
    public async Task Client_that_does_not_read_holds_up_nobody_and_misses_nothing()
    {
        const int Count = 24;
        await using GrpcChannel channel = await stage.Proxy.ConnectAsync();
        await using GrpcChannel slowChannel = await stage.Proxy.ConnectAsync();
        await using DuplexCall<WatchRequest, WatchResponse> slow = slowChannel.Duplex(EtcdMethods.Watch);
        await slow.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = Key("big") } });
        Assert.True((await slow.ReadAsync().AsTask().WaitAsync(Within)).Created);
        await using ProxiedWatch quick = await ProxiedWatch.StartAsync(channel, new WatchCreateRequest { Key = Key("big") });
        var value = ByteString.CopyFrom(new byte[1 << 20]);
        for (int i = 0; i < Count; i++)
        {
            await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("big"), Value = value });
        }

        await quick.UntilAsync("all events for who reads", static seen => seen.Events.Count == Count);
        var late = new List<long>();
        while (late.Count < Count)
        {
            late.AddRange((await slow.ReadAsync().AsTask().WaitAsync(Within)).Events.Select(static one => one.Kv.ModRevision));
        }

        Assert.Equal(quick.Events.Select(static one => one.Kv.ModRevision), late);
        await channel.UnaryAsync(EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = Key("big") });
    }

    [Fact]
    public async Task Serializable_read_is_kept_until_a_write_through_the_proxy()
    {
        await using GrpcChannel channel = await stage.Proxy.ConnectAsync();
        var read = new RangeRequest { Key = Key("kept"), Serializable = true };
        await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("kept"), Value = Key("1") });
        Assert.Equal("1", await ValueAsync(channel, read));
        await stage.Server.Channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("kept"), Value = Key("2") });
        Assert.Equal("1", await ValueAsync(channel, read));
        Assert.Equal("2", await ValueAsync(channel, new RangeRequest { Key = Key("kept") }));
        Assert.Equal("2", await ValueAsync(channel, read));
        await channel.UnaryAsync(EtcdMethods.Txn, new TxnRequest
        {
            Success = { new RequestOp { RequestPut = new PutRequest { Key = Key("kept"), Value = Key("3") } } },
        });
        Assert.Equal("3", await ValueAsync(channel, read));
        await channel.UnaryAsync(EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = Key("k"), RangeEnd = Key("l") });
        Assert.Null(await ValueAsync(channel, read));
    }

    [Fact]
    public async Task Renewals_that_come_together_are_one_at_the_cluster()
    {
        const int Clients = 50;
        await using GrpcChannel channel = await stage.Proxy.ConnectAsync();
        long lease = (await channel.UnaryAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { TTL = 600 })).ID;
        double before = await ProxyProcess.MetricAsync(stage.Server.Process.Endpoint, "/metrics", Renewals);
        LeaseKeepAliveResponse[] answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            await using DuplexCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call = channel.Duplex(EtcdMethods.LeaseKeepAlive);
            await call.WriteAsync(new LeaseKeepAliveRequest { ID = lease });
            return await call.ReadAsync().AsTask().WaitAsync(Within);
        }));
        Assert.All(answers, answer => Assert.InRange(answer.TTL, 500, 600));
        double came = await ProxyProcess.MetricAsync(stage.Server.Process.Endpoint, "/metrics", Renewals) - before;
        Assert.InRange(came, 1, Clients / 2);
        await channel.UnaryAsync(EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = lease });
        await using DuplexCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> gone = channel.Duplex(EtcdMethods.LeaseKeepAlive);
        await Poll.UntilAsync("the renewal of a revoked lease to be refused", Within, async () =>
        {
            await gone.WriteAsync(new LeaseKeepAliveRequest { ID = lease });
            return (await gone.ReadAsync()).TTL == 0;
        });
    }

    [Fact]
    public async Task Probes_and_metrics_tell_of_cluster_and_proxy()
    {
        await ProxyProcess.IsHealthyAsync(stage.Proxy.Endpoint, "/health");
        await ProxyProcess.IsHealthyAsync(stage.Proxy.Endpoint, "/proxy/health");
        Assert.Contains("etcd_server_has_leader 1", await ProxyProcess.GetAsync(stage.Proxy.Endpoint, "/metrics"), StringComparison.Ordinal);
        string own = await ProxyProcess.GetAsync(stage.Proxy.Endpoint, "/proxy/metrics");
        string etcds = await ProxyProcess.GetAsync(stage.EtcdsProxy.Endpoint, "/metrics");
        Assert.Contains("etcd_grpc_proxy_cache_keys_total", own, StringComparison.Ordinal);
        Assert.DoesNotContain("etcd_server_has_leader", own, StringComparison.Ordinal);
        Assert.Contains("etcd_server_has_leader 1", etcds, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_methods_are_the_clusters_to_refuse()
    {
        await using GrpcChannel channel = await stage.Proxy.ConnectAsync();
        var unknown = ClientMethod.Protobuf<StatusRequest, StatusResponse>("made.Up", "Call");
        GrpcCallException failure = await Assert.ThrowsAsync<GrpcCallException>(async () => await channel.UnaryAsync(unknown, new StatusRequest()));
        Assert.Equal((StatusCode.Unimplemented, "unknown service made.Up"), (failure.Code, failure.Detail));
        StatusResponse status = await channel.UnaryAsync(EtcdMethods.Status, new StatusRequest());
        Assert.Equal((await stage.Server.Channel.UnaryAsync(EtcdMethods.Status, new StatusRequest())).Leader, status.Leader);
        long bytes = 0;
        await foreach (SnapshotResponse part in channel.ServerStreaming(EtcdMethods.Snapshot, new SnapshotRequest()).ReadAllAsync())
        {
            bytes += part.Blob.Length;
        }

        Assert.True(bytes > 16_384, $"a snapshot of {bytes} bytes");
    }

    [Fact]
    public async Task Request_that_is_larger_than_the_proxy_sends_is_refused()
    {
        await using GrpcChannel channel = await stage.Proxy.ConnectAsync();
        GrpcCallException failure = await Assert.ThrowsAsync<GrpcCallException>(async () => await channel.UnaryAsync(
            EtcdMethods.Put, new PutRequest { Key = Key("huge"), Value = ByteString.CopyFrom(new byte[1600 * 1024]) }));
        Assert.Equal(StatusCode.ResourceExhausted, failure.Code);
        Assert.StartsWith("trying to send message larger than max (", failure.Detail, StringComparison.Ordinal);
    }

    private static ByteString Key(string text) => ByteString.CopyFromUtf8(text);

    private static string LastLine(EtcdctlResult result)
        => result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault(static line => !line.StartsWith('{')) ?? string.Empty;

    private static async Task<string?> ValueAsync(GrpcChannel channel, RangeRequest read)
        => (await channel.UnaryAsync(EtcdMethods.Range, read)).Kvs.FirstOrDefault()?.Value.ToStringUtf8();

    private Task<double> WatchersAsync() => ProxyProcess.MetricAsync(stage.Server.Process.Endpoint, "/metrics", Watchers);

    /// <summary>A server, our proxy and etcd's.</summary>
    public sealed class Stage : IAsyncLifetime
    {
        private ProxyProcess? _proxy;
        private ProxyProcess? _etcdsProxy;

        public SingleServer Server { get; private set; } = null!;

        /// <summary>Watchers at the server while no spec watches anything.</summary>
        public double Watchers { get; private set; }

        internal ProxyProcess Proxy => _proxy!;

        internal ProxyProcess EtcdsProxy => _etcdsProxy!;

        public async Task InitializeAsync()
        {
            Server = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
            _proxy = await ProxyProcess.StartAsync(ServerKind.ActorEtcd, Server.Process.Endpoint);
            _etcdsProxy = await ProxyProcess.StartAsync(ServerKind.Etcd, Server.Process.Endpoint);
            Watchers = await ProxyProcess.MetricAsync(Server.Process.Endpoint, "/metrics", GrpcProxySpec.Watchers);
        }

        public async Task DisposeAsync()
        {
            await (_proxy?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (_etcdsProxy?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (Server?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }
}
