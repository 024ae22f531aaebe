using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Host.GrpcProxy.Leasing;

/// <summary>Two proxies that own keys before one server: who owns what, and that nobody reads what is old.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class LeasingSpec(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Unanswered = TimeSpan.FromSeconds(1);

    private SingleServer _server = null!;
    private LeasingProxy _proxy = null!;
    private LeasingProxy _other = null!;
    private GrpcChannel _one = null!;
    private GrpcChannel _two = null!;

    public async Task InitializeAsync()
    {
        _server = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        _proxy = await LeasingProxy.StartAsync(_server.Process.Settings.ClientPort);
        _other = await LeasingProxy.StartAsync(_server.Process.Settings.ClientPort);
        _one = await _proxy.ConnectAsync();
        _two = await _other.ConnectAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (IAsyncDisposable? part in new IAsyncDisposable?[] { _one, _two, _proxy, _other, _server })
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    [Fact]
    public async Task Owned_key_is_read_without_the_cluster_and_others_are_not()
    {
        await PutAsync(_one, "a", "1");
        await OwnAsync(_one, "a");
        await OwnAsync(_one, "absent");
        RangeResponse direct = await _server.Channel.UnaryAsync(EtcdMethods.Range, Read("a"));
        _proxy.Link.Freeze();
        RangeResponse kept = await _one.UnaryAsync(EtcdMethods.Range, Read("a"), Within);
        Assert.Equal((direct.Kvs[0], direct.Count, direct.Header.Revision), (kept.Kvs[0], kept.Count, kept.Header.Revision));
        Assert.Empty((await _one.UnaryAsync(EtcdMethods.Range, Read("absent"), Within)).Kvs);
        TxnResponse both = await _one.UnaryAsync(EtcdMethods.Txn, Compare("a", "1", Get("absent"), Put("a", "2")), Within);
        Assert.True(both is { Succeeded: true, Responses: [{ ResponseRange.Count: 0 }] }, both.ToString());
        await Assert.ThrowsAsync<GrpcCallException>(async () => await _one.UnaryAsync(EtcdMethods.Range, Read("b"), Unanswered));
        await Assert.ThrowsAsync<GrpcCallException>(async () => await _one.UnaryAsync(EtcdMethods.Txn, Compare("a", "0", Get("a"), Put("a", "2")), Unanswered));
    }

    [Theory]
    [InlineData("put")]
    [InlineData("delete")]
    [InlineData("delete range")]
    [InlineData("delete all")]
    [InlineData("txn")]
    [InlineData("nested txn")]
    public async Task Write_through_another_proxy_takes_the_key_first(string how)
    {
        await PutAsync(_one, "a", "1");
        await OwnAsync(_one, "a");
        await WriteAsync(_two, how);
        Assert.Equal(0, await LeasingKeysAsync("a"));
        string? expected = how.StartsWith("delete", StringComparison.Ordinal) ? null : "2";
        Assert.Equal(expected, await ValueAsync(_one, "a"));
        Assert.Equal(expected, await ValueAsync(_two, "a"));
    }

    [Theory]
    [InlineData("put")]
    [InlineData("delete")]
    [InlineData("txn")]
    [InlineData("nested txn")]
    public async Task Write_by_the_owner_leaves_it_the_owner_of_what_is_there_then(string how)
    {
        await PutAsync(_one, "a", "1");
        await OwnAsync(_one, "a");
        await WriteAsync(_one, how);
        RangeResponse direct = await _server.Channel.UnaryAsync(EtcdMethods.Range, Read("a"));
        _proxy.Link.Freeze();
        RangeResponse kept = await _one.UnaryAsync(EtcdMethods.Range, Read("a"), Within);
        Assert.Equal((direct.Kvs.ToString(), direct.Header.Revision), (kept.Kvs.ToString(), kept.Header.Revision));
    }

    [Fact]
    public async Task Deletion_of_everything_is_told_by_nobody_as_if_it_were_there()
    {
        foreach (string key in new[] { "a", "b", "z" })
        {
            await PutAsync(_one, key, "1");
        }

        await OwnAsync(_one, "a");
        await OwnAsync(_two, "b");
        await OwnAsync(_one, "z");
        await WriteAsync(_one, "delete all");
        foreach (GrpcChannel channel in new[] { _one, _two })
        {
            Assert.Equal((null, null, null), (await ValueAsync(channel, "a"), await ValueAsync(channel, "b"), await ValueAsync(channel, "z")));
        }

        await PutAsync(_two, "a", "2");
        Assert.Equal("2", await ValueAsync(_one, "a"));
    }

    [Fact]
    public async Task Very_many_owned_keys_change_hands_in_one_range_and_in_one_transaction()
    {
        const int Count = 260;
        string[] keys = [.. Enumerable.Range(0, Count).Select(static i => $"k{i:D3}")];
        await OwnAsync(_one, "k000");
        await OwnAsync(_two, "k001");
        await Task.WhenAll(keys.Select((key, i) => ValueAsync(i % 2 == 0 ? _one : _two, key)));
        Assert.Equal(Count, await LeasingKeysAsync("k", isPrefix: true));
        await PutAsync(_one, "k000", "1");
        var all = new DeleteRangeRequest { Key = Key("k"), RangeEnd = Key("l") };
        Assert.Equal(1, (await _two.UnaryAsync(EtcdMethods.DeleteRange, all, Within)).Deleted);
        Assert.Null(await ValueAsync(_one, "k000"));

        await OwnAsync(_one, "k100");
        await OwnAsync(_two, "k099");
        var txn = new TxnRequest();
        txn.Success.Add(keys.Take(120).Select(static key => Put(key, "2")));
        Assert.True((await _two.UnaryAsync(EtcdMethods.Txn, txn, Within)).Succeeded);
        Assert.Equal(("2", "2"), (await ValueAsync(_one, "k100"), await ValueAsync(_two, "k099")));
    }

    [Fact]
    public async Task Key_with_a_lease_is_not_owned_and_one_that_gets_a_lease_is_so_no_more()
    {
        await PutAsync(_one, "a", "1");
        await OwnAsync(_one, "a");
        long lease = (await _one.UnaryAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { TTL = 600 })).ID;
        await _one.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key("a"), Value = Key("2"), Lease = lease });
        await Poll.UntilAsync("the leasing key to go", Within, async () => await LeasingKeysAsync("a") == 0);
        Assert.Equal("2", await ValueAsync(_one, "a"));
        await _two.UnaryAsync(EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = lease });
        Assert.Null(await ValueAsync(_one, "a"));
        GrpcCallException refusal = await Assert.ThrowsAsync<GrpcCallException>(async () => await _one.UnaryAsync(
            EtcdMethods.Put, new PutRequest { Key = Key("a"), Lease = 4711 }));
        Assert.Equal("etcdserver: requested lease not found", refusal.Detail);
    }

    [Fact]
    public async Task Answers_are_those_of_a_member_whatever_is_asked()
    {
        int seed = SpecEnvironment.Seed ?? 1;
        output.WriteLine($"ACTOR_ETCD_SPECS_SEED={seed}");
        var random = new Random(seed);
        long revision = 1;
        long owned = 0;
        for (int i = 0; i < 600; i++)
        {
            if (i % 50 == 0)
            {
                await OwnAsync(_one, "k0");
                owned += await LeasingKeysAsync("k", isPrefix: true);
            }

            if (random.Next(8) == 0)
            {
                revision = await RandomLeasing.WriteAsync(random.Next(30) == 0 ? _two : _one, random);
                continue;
            }

            IMessage request = random.Next(3) == 0 ? RandomLeasing.Txn(random, revision) : RandomLeasing.Range(random, revision);
            Assert.Equal(await RandomLeasing.AnswerAsync(_server.Channel, request), await RandomLeasing.AnswerAsync(_one, request));
        }

        output.WriteLine($"{owned} keys were owned at 12 looks");
    }

    [Fact]
    public async Task Leasing_keys_are_in_the_namespace_of_the_proxy()
    {
        await using LeasingProxy inside = await LeasingProxy.StartAsync(_server.Process.Settings.ClientPort, keyNamespace: "ns/");
        await using GrpcChannel channel = await inside.ConnectAsync();
        await PutAsync(_server.Channel, "ns/a", "1");
        await Poll.UntilAsync("a leasing key", Within, async () =>
        {
            Assert.Equal("1", await ValueAsync(channel, "a"));
            return await CountAsync("ns/" + LeasingProxy.Prefix + "a", isPrefix: false) == 1;
        });
        Assert.Equal(1, (await channel.UnaryAsync(EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = Key("a"), RangeEnd = Key("b") })).Deleted);
        Assert.Null(await ValueAsync(channel, "a"));
        Assert.Equal(0, await CountAsync("ns/a", isPrefix: false));
    }

    [Fact]
    public async Task Nothing_is_owned_any_more_when_a_user_comes()
    {
        await OwnAsync(_one, "a");
        await _one.UnaryAsync(EtcdMethods.Range, Read("a"), Within, metadata: [new("token", "somebody")]);
        await Poll.UntilAsync("the leasing keys to go", Within, async () => await LeasingKeysAsync("a") == 0);
        await ValueAsync(_one, "a");
        Assert.Equal(0, await LeasingKeysAsync("a"));
    }

    [Fact]
    public async Task Etcds_own_proxy_and_ours_own_keys_in_turn()
    {
        await using ProxyProcess etcds = await ProxyProcess.StartAsync(
            ServerKind.Etcd, _server.Process.Endpoint, "--experimental-leasing-prefix", LeasingProxy.Prefix);
        await using GrpcChannel etcd = await etcds.ConnectAsync();
        await PutAsync(etcd, "a", "1");
        await OwnAsync(etcd, "a");
        await PutAsync(_one, "a", "2");
        Assert.Equal("2", await ValueAsync(etcd, "a"));
        await OwnAsync(_one, "b");
        await PutAsync(etcd, "b", "3");
        Assert.Equal("3", await ValueAsync(_one, "b"));
        await OwnAsync(etcd, "c");
        await OwnAsync(_one, "d");
        await _one.UnaryAsync(EtcdMethods.Txn, new TxnRequest { Success = { Put("c", "4"), Put("d", "4") } }, Within);
        Assert.Equal(("4", "4"), (await ValueAsync(etcd, "c"), await ValueAsync(etcd, "d")));
    }

    [Fact]
    public async Task Owner_that_is_cut_off_holds_a_writer_up_no_longer_than_its_session_and_tells_nothing_old_after()
    {
        await using LeasingProxy brief = await LeasingProxy.StartAsync(_server.Process.Settings.ClientPort, TimeSpan.FromSeconds(3));
        await using GrpcChannel channel = await brief.ConnectAsync();
        await PutAsync(channel, "a", "1");
        await OwnAsync(channel, "a");
        brief.Link.Freeze();
        await PutAsync(_two, "a", "2");
        await Assert.ThrowsAsync<GrpcCallException>(async () => await channel.UnaryAsync(EtcdMethods.Range, Read("a"), Unanswered));
        brief.Link.Heal();
        RangeResponse first = await Poll.UntilAsync<RangeResponse>(
            "an answer", Within, async () => await channel.UnaryAsync(EtcdMethods.Range, Read("a"), TimeSpan.FromSeconds(5)));
        Assert.Equal("2", first.Kvs[0].Value.ToStringUtf8());
        await OwnAsync(channel, "a");
    }

    private static async Task WriteAsync(GrpcChannel channel, string how)
    {
        switch (how)
        {
            case "put": await PutAsync(channel, "a", "2"); break;
            case "delete": await channel.UnaryAsync(EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = Key("a") }, Within); break;
            case "delete range": await channel.UnaryAsync(EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = Key("Z"), RangeEnd = Key("b") }, Within); break;
            case "delete all": await channel.UnaryAsync(EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = Key("\0"), RangeEnd = Key("\0") }, Within); break;
            case "txn": await channel.UnaryAsync(EtcdMethods.Txn, Compare("a", "1", Put("a", "2"), Get("b")), Within); break;
            default:
                await channel.UnaryAsync(
                    EtcdMethods.Txn, new TxnRequest { Success = { new RequestOp { RequestTxn = Compare("a", "0", Get("a"), Put("a", "2")) } } }, Within);
                break;
        }
    }

    private static ByteString Key(string text) => ByteString.CopyFromUtf8(text);

    private static RangeRequest Read(string key) => new() { Key = Key(key) };

    private static RequestOp Put(string key, string value) => new() { RequestPut = new PutRequest { Key = Key(key), Value = Key(value) } };

    private static RequestOp Get(string key) => new() { RequestRange = Read(key) };

    private static TxnRequest Compare(string key, string value, RequestOp then, RequestOp otherwise) => new()
    {
        Compare = { new Compare { Key = Key(key), Target = ActorEtcd.Host.Protos.Etcdserverpb.Compare.Types.CompareTarget.Value, Value = Key(value) } },
        Success = { then },
        Failure = { otherwise },
    };

    private static async Task PutAsync(GrpcChannel channel, string key, string value)
        => await channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key(key), Value = Key(value) }, Within);

    private static async Task<string?> ValueAsync(GrpcChannel channel, string key)
        => (await channel.UnaryAsync(EtcdMethods.Range, Read(key), Within)).Kvs.FirstOrDefault()?.Value.ToStringUtf8();

    /// <summary>Reads until the key is owned: that begins with a session, and rests after a loss.</summary>
    private Task OwnAsync(GrpcChannel channel, string key) => Poll.UntilAsync($"{key} to be owned", Within, async () =>
    {
        await ValueAsync(channel, key);
        return await LeasingKeysAsync(key) == 1;
    });

    private Task<long> LeasingKeysAsync(string key, bool isPrefix = false) => CountAsync(LeasingProxy.Prefix + key, isPrefix);

    private async Task<long> CountAsync(string key, bool isPrefix) => (await _server.Channel.UnaryAsync(EtcdMethods.Range, new RangeRequest
    {
        Key = Key(key),
        RangeEnd = isPrefix ? Key(key[..^1] + (char)(key[^1] + 1)) : ByteString.Empty,
        CountOnly = true,
    })).Count;
}
