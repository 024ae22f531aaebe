using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Persistence.Bbolt;

/// <summary>
/// A history with everything in it that a snapshot has to carry: large and empty values, transactions, deletions,
/// keys that came back, a compaction, leases with and without keys. And how to tell two servers apart by it.
/// </summary>
internal static class History
{
    public const long LeaseWithKeys = 7777;
    public const long LeaseWithoutKeys = 8888;

    private static readonly RangeRequest All = new()
    {
        Key = ByteString.CopyFrom(0),
        RangeEnd = ByteString.CopyFrom(0),
    };

    /// <summary>Makes the history; returns the revision at which it was compacted.</summary>
    public static async Task<long> MakeAsync(GrpcChannel channel)
    {
        await channel.UnaryAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { ID = LeaseWithKeys, TTL = 5000 });
        await channel.UnaryAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { ID = LeaseWithoutKeys, TTL = 600 });
        for (var round = 0; round < 3; round++)
        {
            for (var number = 0; number < 120; number++)
            {
                await PutAsync(channel, $"key/{number:d4}", new string((char)('a' + round), number * 11));
            }

            await DeleteAsync(channel, "key/0100", "key/0105");
        }

        await PutAsync(channel, "large", new string('x', 1_000_000));
        var compacted = (await channel.UnaryAsync(EtcdMethods.Range, All)).Header.Revision - 70;
        await channel.UnaryAsync(EtcdMethods.Compact, new CompactionRequest { Revision = compacted, Physical = true });
        await PutAsync(channel, "leased/1", "one", LeaseWithKeys);
        await PutAsync(channel, "leased/2", "two", LeaseWithKeys);
        await PutAsync(channel, "leased/2", "free");
        await channel.UnaryAsync(EtcdMethods.Txn, Pair("pair/a", "pair/b"));
        await DeleteAsync(channel, "key/0050", "key/0060");
        await PutAsync(channel, "key/0055", "back");
        await PutAsync(channel, "leased/3", "three", LeaseWithKeys);
        return compacted;
    }

    /// <summary>All keys with all that is known of them, at a revision.</summary>
    public static async Task<IReadOnlyList<KeyValue>> AtAsync(GrpcChannel channel, long revision)
    {
        var request = All.Clone();
        request.Revision = revision;
        return [.. (await channel.UnaryAsync(EtcdMethods.Range, request)).Kvs];
    }

    public static async Task<long> RevisionAsync(GrpcChannel channel)
        => (await channel.UnaryAsync(EtcdMethods.Range, new RangeRequest { Key = ByteString.CopyFromUtf8("x") })).Header.Revision;

    /// <summary>Fails unless both give the same answers at every revision since the compaction.</summary>
    public static async Task AssertSameAsync(
        GrpcChannel expected, GrpcChannel actual, long compacted, params long[] alsoLeases)
    {
        var newest = await RevisionAsync(expected);
        Assert.Equal(newest, await RevisionAsync(actual));
        for (var revision = compacted; revision <= newest; revision += revision < newest - 12 ? 9 : 1)
        {
            Assert.Equal(await AtAsync(expected, revision), await AtAsync(actual, revision));
        }

        var early = await Assert.ThrowsAsync<GrpcCallException>(() => AtAsync(actual, compacted - 1));
        Assert.Contains("required revision has been compacted", early.Message, StringComparison.Ordinal);
        await AssertSameLeasesAsync(expected, actual, [LeaseWithKeys, LeaseWithoutKeys, .. alsoLeases]);
    }

    private static async Task AssertSameLeasesAsync(GrpcChannel expected, GrpcChannel actual, IEnumerable<long> all)
    {
        var leases = await LeasesOf(expected);
        Assert.Equal(all.Order(), leases);
        Assert.Equal(leases, await LeasesOf(actual));
        foreach (var id in leases)
        {
            var request = new LeaseTimeToLiveRequest { ID = id, Keys = true };
            var left = await expected.UnaryAsync(EtcdMethods.LeaseTimeToLive, request);
            var right = await actual.UnaryAsync(EtcdMethods.LeaseTimeToLive, request);
            Assert.Equal(left.GrantedTTL, right.GrantedTTL);
            Assert.Equal(left.Keys.Order(ByteOrder), right.Keys.Order(ByteOrder));
            Assert.InRange(right.TTL, left.GrantedTTL - 120, left.GrantedTTL);
        }

        static async Task<long[]> LeasesOf(GrpcChannel channel) =>
            [.. (await channel.UnaryAsync(EtcdMethods.LeaseLeases, new LeaseLeasesRequest())).Leases.Select(l => l.ID).Order()];
    }

    private static readonly Comparer<ByteString> ByteOrder =
        Comparer<ByteString>.Create((left, right) => left.Span.SequenceCompareTo(right.Span));

    private static Task PutAsync(GrpcChannel channel, string key, string value, long lease = 0) =>
        channel.UnaryAsync(EtcdMethods.Put, Put(key, value, lease)).AsTask();

    private static PutRequest Put(string key, string value, long lease = 0) => new()
    {
        Key = ByteString.CopyFromUtf8(key),
        Value = ByteString.CopyFromUtf8(value),
        Lease = lease,
    };

    private static Task DeleteAsync(GrpcChannel channel, string from, string to) =>
        channel.UnaryAsync(
            EtcdMethods.DeleteRange,
            new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(from), RangeEnd = ByteString.CopyFromUtf8(to) }).AsTask();

    private static TxnRequest Pair(string first, string second)
    {
        var txn = new TxnRequest();
        txn.Success.Add(new RequestOp { RequestPut = Put(first, "1") });
        txn.Success.Add(new RequestOp { RequestPut = Put(second, "2") });
        return txn;
    }
}
