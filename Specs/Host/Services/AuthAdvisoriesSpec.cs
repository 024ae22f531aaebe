using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.V3electionpb;
using ActorEtcd.Host.Protos.V3lockpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Services;

/// <summary>What etcd's advisories of 2026 found open, over the wire: a user with few rights, and nobody.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class AuthAdvisoriesSpec(GuardedFixture fixture) : IClassFixture<GuardedFixture>
{
    private const string Denied = "PermissionDenied: etcdserver: permission denied";
    private const string Nobody = "InvalidArgument: etcdserver: user name is empty";
    private const string DeniedAsText = "Unknown: etcdserver: permission denied";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private GrpcChannel Channel => fixture.Server.Channel;

    [Fact]
    public async Task Methods_that_were_unguarded_are_roots_or_any_users()
    {
        // GHSA-q8m4-xhhv-38mg
        await RefusedAsync(Nobody, EtcdMethods.MemberList, new MemberListRequest(), GuardedServer.Nobody);
        await RefusedAsync(Nobody, EtcdMethods.Status, new StatusRequest(), GuardedServer.Nobody);
        await RefusedAsync(Nobody, EtcdMethods.Alarm, new AlarmRequest(), GuardedServer.Nobody);
        await RefusedAsync(Nobody, EtcdMethods.LeaseGrant, new LeaseGrantRequest { TTL = 60 }, GuardedServer.Nobody);
        await RefusedAsync(Nobody, EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = 1 }, GuardedServer.Nobody);
        await RefusedAsync(Nobody, EtcdMethods.LeaseLeases, new LeaseLeasesRequest(), GuardedServer.Nobody);
        await RefusedAsync(Nobody, EtcdMethods.LeaseTimeToLive, new LeaseTimeToLiveRequest { ID = 1 }, GuardedServer.Nobody);
        await RefusedAsync(Nobody, EtcdMethods.Compact, new CompactionRequest { Revision = 1 }, GuardedServer.Nobody);

        await AsUserAsync(EtcdMethods.MemberList, new MemberListRequest());
        await AsUserAsync(EtcdMethods.Status, new StatusRequest());
        await AsUserAsync(EtcdMethods.Alarm, new AlarmRequest());
        await AsUserAsync(AuthMethods.Status, new AuthStatusRequest());
        var activate = new AlarmRequest { Action = AlarmRequest.Types.AlarmAction.Activate, Alarm = AlarmType.Nospace };
        await RefusedAsync(Denied, EtcdMethods.Alarm, activate, fixture.User);
        await RefusedAsync(Denied, EtcdMethods.Compact, new CompactionRequest { Revision = 1 }, fixture.User);
        await RefusedAsync(Denied, EtcdMethods.Hash, new HashRequest(), fixture.User);
        await RefusedAsync(Denied, EtcdMethods.HashKV, new HashKVRequest(), fixture.User);
        await RefusedAsync(Denied, EtcdMethods.MoveLeader, new MoveLeaderRequest(), fixture.User);
        await RefusedAsync(Denied, EtcdMethods.Defragment, new DefragmentRequest(), fixture.User);
        await using var snapshot = Channel.ServerStreaming(EtcdMethods.Snapshot, new SnapshotRequest(), metadata: fixture.User);
        var refusal = await Assert.ThrowsAsync<GrpcCallException>(async () => await snapshot.ReadAllAsync().GetAsyncEnumerator().MoveNextAsync());
        Assert.Equal(Denied, refusal.Message);
        await AsRootAsync(EtcdMethods.HashKV, new HashKVRequest());
    }

    [Fact]
    public async Task Nested_transaction_does_not_get_around_the_checks()
    {
        // GHSA-rfx7-8w68-q57q, with previous values and leases in transactions
        await PutAsRootAsync("foreign/a", "secret");
        var reading = new RequestOp { RequestRange = new RangeRequest { Key = Key("foreign/a") } };
        var writing = new RequestOp { RequestPut = new PutRequest { Key = Key("foreign/a") } };
        var previous = new RequestOp { RequestPut = new PutRequest { Key = Key("writable/a"), PrevKv = true } };
        foreach (var operation in new[] { reading, writing, previous })
        {
            await RefusedAsync(Denied, EtcdMethods.Txn, Txn(operation), fixture.User);
            await RefusedAsync(Denied, EtcdMethods.Txn, Txn(new RequestOp { RequestTxn = Txn(operation) }), fixture.User);
            var compared = new TxnRequest { Failure = { operation } };
            await RefusedAsync(Denied, EtcdMethods.Txn, Txn(new RequestOp { RequestTxn = compared }), fixture.User);
        }

        var comparing = new TxnRequest { Compare = { new Compare { Key = Key("foreign/a"), Target = Compare.Types.CompareTarget.Version } } };
        await RefusedAsync(Denied, EtcdMethods.Txn, comparing, fixture.User);
        await AsUserAsync(EtcdMethods.Txn, Txn(new RequestOp { RequestPut = new PutRequest { Key = Key("own/txn"), PrevKv = true } }));
    }

    [Fact]
    public async Task Lease_with_keys_of_others_can_neither_be_seen_used_nor_ended()
    {
        var foreign = (await AsRootAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { TTL = 600 })).ID;
        await AsRootAsync(EtcdMethods.Put, new PutRequest { Key = Key("foreign/leased"), Lease = foreign });
        var put = new PutRequest { Key = Key("own/leased"), Lease = foreign };
        await RefusedAsync(Denied, EtcdMethods.Put, put, fixture.User);
        await RefusedAsync(Denied, EtcdMethods.Txn, Txn(new RequestOp { RequestPut = put }), fixture.User);
        await RefusedAsync(Denied, EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = foreign }, fixture.User);
        await RefusedAsync(Denied, EtcdMethods.LeaseTimeToLive, new LeaseTimeToLiveRequest { ID = foreign, Keys = true }, fixture.User);
        await RefusedAsync(Denied, EtcdMethods.LeaseLeases, new LeaseLeasesRequest(), fixture.User);
        await using var renewing = Channel.Duplex(EtcdMethods.LeaseKeepAlive, metadata: fixture.User);
        await renewing.WriteAsync(new LeaseKeepAliveRequest { ID = foreign });
        var refusal = await Assert.ThrowsAsync<GrpcCallException>(async () => await renewing.ReadAllAsync().GetAsyncEnumerator().MoveNextAsync());
        Assert.Equal(Denied, refusal.Message);

        await AsUserAsync(EtcdMethods.LeaseTimeToLive, new LeaseTimeToLiveRequest { ID = foreign });
        var own = (await AsUserAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { TTL = 600 })).ID;
        await AsUserAsync(EtcdMethods.Put, new PutRequest { Key = Key("own/leased"), Lease = own });
        var ttl = await AsUserAsync(EtcdMethods.LeaseTimeToLive, new LeaseTimeToLiveRequest { ID = own, Keys = true });
        Assert.Equal("own/leased", Assert.Single(ttl.Keys).ToStringUtf8());
        await AsUserAsync(EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = own });
        await AsRootAsync(EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = foreign });
    }

    [Fact]
    public async Task Lease_ends_by_itself_whoever_it_belongs_to()
    {
        var lease = (await AsUserAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { TTL = 1 })).ID;
        await AsUserAsync(EtcdMethods.Put, new PutRequest { Key = Key("own/expires"), Lease = lease });
        await Poll.UntilAsync("the key of the expired lease to vanish", Patience, async () =>
            (await AsUserAsync(EtcdMethods.Range, new RangeRequest { Key = Key("own/expires") })).Count == 0);
    }

    [Fact]
    public async Task Watch_sees_what_its_user_may_read_and_no_key_behind_it()
    {
        // GHSA-xg4h-6gfc-h4m8
        await AssertWatchAsync("", "readable/a", "", fixture.User);
        await AssertWatchAsync("", "readable/", "readable0", fixture.User);
        const string Reason = "rpc error: code = PermissionDenied desc = etcdserver: permission denied";
        await AssertWatchAsync(Reason, "readable/a", "\0", fixture.User);
        await AssertWatchAsync(Reason, "", "\0", fixture.User);
        await AssertWatchAsync(Reason, "", "", fixture.User);
        await AssertWatchAsync(Reason, "writable/a", "", fixture.User);
        await AssertWatchAsync(Reason, "readable/", "readablf", fixture.User);
        await AssertWatchAsync("rpc error: code = InvalidArgument desc = etcdserver: user name is empty", "readable/a", "", GuardedServer.Nobody);
        await AssertWatchAsync(
            "rpc error: code = Unauthenticated desc = etcdserver: invalid auth token", "readable/a", "", [new("token", "abc.1")]);
        await AssertWatchAsync("", "", "\0", fixture.Root);
    }

    [Fact]
    public async Task Ranges_from_a_key_on_and_in_pieces_are_checked_as_a_whole()
    {
        await AsUserAsync(EtcdMethods.Range, new RangeRequest { Key = Key("readable/"), RangeEnd = Key("readable0") });
        await RefusedAsync(Denied, EtcdMethods.Range, new RangeRequest { Key = Key("readable/"), RangeEnd = Key("\0") }, fixture.User);
        await RefusedAsync(Denied, EtcdMethods.Range, new RangeRequest { Key = Key("\0"), RangeEnd = Key("\0"), Serializable = true }, fixture.User);
        await RefusedAsync(Denied, EtcdMethods.Range, new RangeRequest { Key = Key("own/"), RangeEnd = Key("readable0"), CountOnly = true }, fixture.User);
        await RefusedAsync(Denied, EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = Key("writable/"), RangeEnd = Key("\0") }, fixture.User);
        await using var pieces = Channel.ServerStreaming(
            GrpcMethod.Protobuf<RangeRequest, RangeStreamResponse>(EtcdMethods.Kv, "RangeStream"),
            new RangeRequest { Key = Key("foreign/"), RangeEnd = Key("\0") },
            metadata: fixture.User);
        var refusal = await Assert.ThrowsAsync<GrpcCallException>(async () => await pieces.ReadAllAsync().GetAsyncEnumerator().MoveNextAsync());
        Assert.Equal(Denied, refusal.Message);
    }

    [Fact]
    public async Task Locks_and_elections_are_keys_and_guarded_like_them()
    {
        await RefusedAsync(DeniedAsText, ConcurrencyMethods.Lock, new LockRequest { Name = Key("foreign/lock") }, fixture.User);
        await RefusedAsync(DeniedAsText, ConcurrencyMethods.Unlock, new UnlockRequest { Key = Key("foreign/lock") }, fixture.User);
        await RefusedAsync(DeniedAsText, ConcurrencyMethods.Leader, new LeaderRequest { Name = Key("foreign/vote") }, fixture.User);
        await RefusedAsync(DeniedAsText, ConcurrencyMethods.Campaign, new CampaignRequest { Name = Key("foreign/vote") }, fixture.User);
        var held = await AsUserAsync(ConcurrencyMethods.Lock, new LockRequest { Name = Key("own/lock") });
        await AsUserAsync(ConcurrencyMethods.Unlock, new UnlockRequest { Key = held.Key });
    }

    [Fact]
    public async Task Token_is_taken_from_both_names_with_and_without_bearer()
    {
        var token = fixture.User[0].Value;
        var request = new RangeRequest { Key = Key("own/a") };
        await Channel.UnaryAsync(EtcdMethods.Range, request, metadata: [new("authorization", token)]);
        await Channel.UnaryAsync(EtcdMethods.Range, request, metadata: [new("authorization", "Bearer " + token)]);
        await Channel.UnaryAsync(EtcdMethods.Range, request, metadata: [new("token", "Bearer " + token)]);
        const string Invalid = "Unauthenticated: etcdserver: invalid auth token";
        await RefusedAsync(Invalid, EtcdMethods.Range, request, [new("token", "")]);
        await RefusedAsync(Invalid, EtcdMethods.Range, request, [new("token", "abc.99999999")]);
        await RefusedAsync(Invalid, EtcdMethods.Put, new PutRequest { Key = Key("own/a") }, [new("token", token + "0")]);
    }

    private static ByteString Key(string text) => ByteString.CopyFromUtf8(text);

    private static TxnRequest Txn(RequestOp operation) => new() { Success = { operation } };

    private Task PutAsRootAsync(string key, string value)
        => AsRootAsync(EtcdMethods.Put, new PutRequest { Key = Key(key), Value = Key(value) });

    private async Task<TResponse> AsUserAsync<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, TRequest request)
        => await Channel.UnaryAsync(method, request, Patience, metadata: fixture.User);

    private async Task<TResponse> AsRootAsync<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, TRequest request)
        => await Channel.UnaryAsync(method, request, Patience, metadata: fixture.Root);

    private async Task RefusedAsync<TRequest, TResponse>(
        string error, GrpcMethod<TRequest, TResponse> method, TRequest request, IReadOnlyList<KeyValuePair<string, string>> user)
    {
        var refusal = await Assert.ThrowsAsync<GrpcCallException>(
            async () => await Channel.UnaryAsync(method, request, Patience, metadata: user));
        Assert.True(error == refusal.Message, $"{method.Path} {request}: {refusal.Message}");
    }

    private async Task AssertWatchAsync(string reason, string key, string end, IReadOnlyList<KeyValuePair<string, string>> user)
    {
        await using var watch = Channel.Duplex(EtcdMethods.Watch, metadata: user);
        await watch.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = Key(key), RangeEnd = Key(end) } });
        await using var answers = watch.ReadAllAsync().GetAsyncEnumerator();
        Assert.True(await answers.MoveNextAsync().AsTask().WaitAsync(Patience));
        var answer = answers.Current;
        Assert.Equal(
            (true, reason.Length > 0, reason, reason.Length > 0 ? -1 : 0),
            (answer.Created, answer.Canceled, answer.CancelReason, answer.WatchId));
    }
}
