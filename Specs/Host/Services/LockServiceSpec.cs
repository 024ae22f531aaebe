using System.Diagnostics;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.V3lockpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Services;

/// <summary>Locks, against each other and against etcdctl's own.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class LockServiceSpec(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private GrpcChannel Channel => fixture.Server.Channel;

    [Fact]
    public async Task Lock_key_is_the_name_and_the_lease_in_hex()
    {
        long lease = await GrantAsync(0xabc);
        LockResponse held = await LockAsync("layout", lease);
        RangeResponse found = await KeysAsync("layout");

        Assert.Equal("layout/abc", held.Key.ToStringUtf8());
        Assert.Equal(lease, Assert.Single(found.Kvs).Lease);
        Assert.Equal(found.Kvs[0].CreateRevision, held.Header.Revision);
        Assert.Equal(held.Key, (await LockAsync("layout", lease)).Key);
    }

    [Fact]
    public async Task Lock_passes_to_waiters_in_the_order_they_came()
    {
        LockResponse first = await LockAsync("order", 0);
        Task<LockResponse> second = LockAsync("order", 0);
        await UntilQueuedAsync("order", 2);
        Task<LockResponse> third = LockAsync("order", 0);
        await UntilQueuedAsync("order", 3);
        Assert.False(second.IsCompleted);

        await UnlockAsync(first.Key);
        LockResponse next = await second.WaitAsync(Patience);
        Assert.False(third.IsCompleted);

        await UnlockAsync(next.Key);
        Assert.Equal((await third.WaitAsync(Patience)).Key, Assert.Single((await KeysAsync("order")).Kvs).Key);
    }

    [Fact]
    public async Task Lock_that_is_no_longer_wanted_leaves_the_queue()
    {
        LockResponse held = await LockAsync("cancelled", 0);
        using var cancel = new CancellationTokenSource();
        Task<LockResponse> waiting = LockAsync("cancelled", 0, cancel.Token);
        await UntilQueuedAsync("cancelled", 2);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => waiting);
        await UntilQueuedAsync("cancelled", 1);
        Assert.Equal(held.Key, (await KeysAsync("cancelled")).Kvs[0].Key);
    }

    [Fact]
    public async Task Lock_whose_lease_ends_while_waiting_tells_so()
    {
        LockResponse held = await LockAsync("expired", 0);
        long lease = await GrantAsync(0x77);
        Task<LockResponse> waiting = LockAsync("expired", lease);
        await UntilQueuedAsync("expired", 2);

        await Channel.UnaryAsync(EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { ID = lease });
        await UnlockAsync(held.Key);

        GrpcCallException failure = await Assert.ThrowsAsync<GrpcCallException>(() => waiting.WaitAsync(Patience));
        Assert.Equal((StatusCode.Unknown, "mutex: session is expired"), (failure.Code, failure.Detail));
    }

    [Fact]
    public async Task Lock_with_an_unknown_lease_is_refused()
    {
        GrpcCallException failure = await Assert.ThrowsAsync<GrpcCallException>(() => LockAsync("unknown", 0x123456));
        Assert.Equal(
            (StatusCode.Unknown, "etcdserver: requested lease not found"), (failure.Code, failure.Detail));
    }

    [Fact]
    public async Task Etcdctl_lock_and_the_service_exclude_each_other()
    {
        LockResponse held = await LockAsync("shared", 0);
        using Process etcdctl = Etcdctl.Start(fixture.Server.Process.Endpoint, ["lock", "shared"]);
        try
        {
            await UntilQueuedAsync("shared", 2);
            Task<LockResponse> waiting = LockAsync("shared", 0);
            await UntilQueuedAsync("shared", 3);

            await UnlockAsync(held.Key);
            string? printed = await etcdctl.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            Assert.StartsWith("shared/", printed, StringComparison.Ordinal);
            Assert.False(waiting.IsCompleted);

            await UnlockAsync(ByteString.CopyFromUtf8(printed!));
            await waiting.WaitAsync(Patience);
        }
        finally
        {
            etcdctl.Kill();
        }
    }

    private async Task<LockResponse> LockAsync(string name, long lease, CancellationToken cancellationToken = default)
    {
        var request = new LockRequest { Name = ByteString.CopyFromUtf8(name), Lease = lease };
        return await Channel.UnaryAsync(ConcurrencyMethods.Lock, request, cancellationToken: cancellationToken);
    }

    private async Task UnlockAsync(ByteString key)
        => await Channel.UnaryAsync(ConcurrencyMethods.Unlock, new UnlockRequest { Key = key });

    private async Task<long> GrantAsync(long id)
        => (await Channel.UnaryAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { ID = id, TTL = 60 })).ID;

    private async Task<RangeResponse> KeysAsync(string name) => await Channel.UnaryAsync(
        EtcdMethods.Range,
        new RangeRequest { Key = ByteString.CopyFromUtf8(name + "/"), RangeEnd = ByteString.CopyFromUtf8(name + "0") });

    private Task UntilQueuedAsync(string name, int count) => Poll.UntilAsync(
        $"{count} keys under {name}", Patience, async () => (await KeysAsync(name)).Kvs.Count == count);
}
