using System.Diagnostics;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Conformance;

/// <summary>Requests at the edges that chance does not reach, to a real etcd and to the server under test.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class EdgeCaseSpec
{
    private const int RequestBytesMax = 1_572_864;
    private const int RunsMax = 5;

    private static readonly TimeSpan LeaseEndsAfter = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Requests_at_the_edges_get_equal_answers()
    {
        for (int runs = 1; !await AreEqualAsync(isLast: runs == RunsMax); runs++)
        {
        }
    }

    /// <summary>False when it does not count: a lease that is revoked may have ended before, on one of the two.</summary>
    private static async Task<bool> AreEqualAsync(bool isLast)
    {
        await using SingleServer etcd = await SingleServer.StartAsync(ServerKind.Etcd);
        await using SingleServer other = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        var differential = new Differential(etcd.Channel, other.Channel);
        TimeSpan longest = TimeSpan.Zero;
        long before = Stopwatch.GetTimestamp();
        foreach (IMessage request in Requests())
        {
            long start = Stopwatch.GetTimestamp();
            await differential.SendAsync(request);
            TimeSpan pair = Stopwatch.GetElapsedTime(before);
            longest = request is LeaseRevokeRequest && pair > longest ? pair : longest;
            before = start;
        }

        if (!isLast && differential.Differences > 0 && longest > LeaseEndsAfter)
        {
            return false;
        }

        Assert.True(differential.Differences == 0, $"{differential.Report}\n{other.Process.Log}");
        return true;
    }

    [Fact]
    public async Task Lease_keep_alive_answers_known_and_unknown_leases_alike()
    {
        await using SingleServer etcd = await SingleServer.StartAsync(ServerKind.Etcd);
        await using SingleServer other = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        Assert.Equal(await KeepAliveAsync(etcd.Channel), await KeepAliveAsync(other.Channel));
    }

    private static async Task<string[]> KeepAliveAsync(GrpcChannel channel)
    {
        await channel.UnaryAsync(EtcdMethods.LeaseGrant, new LeaseGrantRequest { ID = 77, TTL = 500 });
        await using DuplexCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call =
            channel.Duplex(EtcdMethods.LeaseKeepAlive);
        var answers = new List<string>();
        foreach (long id in new long[] { 77, 78, 77, 0, -1 })
        {
            await call.WriteAsync(new LeaseKeepAliveRequest { ID = id });
            LeaseKeepAliveResponse answer = await call.ReadAsync();
            answers.Add($"{answer.ID} {answer.TTL} at {answer.Header.Revision}");
        }

        call.CompleteRequests();
        answers.Add($"more: {(await call.TryReadAsync()).HasValue}");
        return [.. answers];
    }

    private static IEnumerable<IMessage> Requests()
    {
        ByteString a = ByteString.CopyFromUtf8("a");
        yield return new RangeRequest();
        yield return new PutRequest();
        yield return new DeleteRangeRequest { RangeEnd = a };
        yield return new TxnRequest();
        yield return new CompactionRequest();
        yield return new CompactionRequest { Revision = -3 };
        yield return new CompactionRequest { Revision = 1 };
        yield return new CompactionRequest { Revision = 1 };
        yield return new CompactionRequest { Revision = 2 };
        yield return new PutRequest { Key = a, Value = Filled(RequestBytesMax - 20) };
        yield return new PutRequest { Key = a, Value = Filled(RequestBytesMax + 1) };
        yield return new PutRequest { Key = a, Value = Filled(RequestBytesMax + (600 << 10)) };
        yield return new RangeRequest { Key = a };
        yield return new RangeRequest { Key = a, Limit = -1 };
        yield return new RangeRequest { Key = a, RangeEnd = a };
        yield return new RangeRequest { Key = ByteString.CopyFromUtf8("b"), RangeEnd = a };
        yield return new RangeRequest { Key = a, Revision = long.MaxValue };
        yield return new RangeRequest { Key = a, Revision = long.MinValue };
        yield return new RangeRequest { Key = Zero, RangeEnd = Zero, CountOnly = true, Limit = 1 };
        yield return new RangeRequest { Key = Zero, RangeEnd = Zero, Limit = long.MaxValue };
        foreach (IMessage lease in LeaseRequests())
        {
            yield return lease;
        }

        foreach (IMessage txn in TxnRequests())
        {
            yield return txn;
        }
    }

    private static ByteString Zero => ByteString.CopyFrom(0);

    private static IEnumerable<IMessage> LeaseRequests()
    {
        yield return new LeaseGrantRequest { ID = 5, TTL = 9_000_000_000 };
        yield return new LeaseGrantRequest { ID = 6, TTL = 9_000_000_001 };
        yield return new LeaseGrantRequest { ID = 7, TTL = 0 };
        yield return new LeaseRevokeRequest { ID = 7 };
        yield return new LeaseGrantRequest { ID = 8, TTL = -10 };
        yield return new LeaseRevokeRequest { ID = 8 };
        yield return new LeaseGrantRequest { ID = 9, TTL = 1 };
        yield return new LeaseRevokeRequest { ID = 9 };
        yield return new LeaseGrantRequest { ID = -1, TTL = 1_000 };
        yield return new LeaseGrantRequest { ID = long.MaxValue, TTL = 1_000 };
        yield return new LeaseGrantRequest { ID = long.MinValue, TTL = 1_000 };
        yield return new PutRequest { Key = ByteString.CopyFromUtf8("l"), Lease = -1 };
        yield return new PutRequest { Key = ByteString.CopyFromUtf8("l"), Lease = long.MinValue };
        yield return new LeaseTimeToLiveRequest { ID = -1, Keys = true };
        yield return new LeaseTimeToLiveRequest { ID = long.MinValue, Keys = true };
        yield return new LeaseTimeToLiveRequest { ID = 0 };
        yield return new LeaseLeasesRequest();
        yield return new LeaseRevokeRequest { ID = long.MinValue };
        yield return new LeaseRevokeRequest { ID = 0 };
        yield return new RangeRequest { Key = ByteString.CopyFromUtf8("l") };
    }

    private static IEnumerable<IMessage> TxnRequests()
    {
        RequestOp put = new() { RequestPut = new PutRequest { Key = ByteString.CopyFromUtf8("t") } };
        RequestOp delete = new()
        {
            RequestDeleteRange = new DeleteRangeRequest
            {
                Key = ByteString.CopyFromUtf8("s"),
                RangeEnd = ByteString.CopyFromUtf8("u"),
            },
        };
        RequestOp range = new() { RequestRange = new RangeRequest { Key = ByteString.CopyFromUtf8("t") } };
        yield return new TxnRequest { Success = { put, put } };
        yield return new TxnRequest { Success = { put, delete } };
        yield return new TxnRequest { Success = { delete, put } };
        yield return new TxnRequest { Success = { delete, delete } };
        yield return new TxnRequest { Success = { put }, Failure = { put } };
        yield return new TxnRequest { Success = { range, put, range } };
        yield return new TxnRequest { Success = { put, Nested(put) } };
        yield return new TxnRequest { Success = { put, Nested(delete) } };
        yield return new TxnRequest { Success = { delete, Nested(put) } };
        yield return new TxnRequest { Success = { Nested(put), Nested(put) } };
        yield return new TxnRequest { Success = { Nested(range, Nested(put)), range } };
        yield return new TxnRequest { Success = { new RequestOp { RequestTxn = new TxnRequest() } } };
        yield return new TxnRequest { Success = { new RequestOp() } };
        yield return new TxnRequest { Compare = { new Compare() } };
        yield return new TxnRequest { Compare = { new Compare { Key = ByteString.CopyFromUtf8("t") } } };
        yield return new TxnRequest { Failure = { range }, Success = { Enumerable.Repeat(range, 128) } };
        yield return new TxnRequest { Failure = { Enumerable.Repeat(range, 129) } };
        yield return new TxnRequest
        {
            Compare = { Enumerable.Repeat(new Compare { Key = ByteString.CopyFromUtf8("t") }, 129) },
        };
    }

    private static RequestOp Nested(params RequestOp[] operations)
    {
        return new RequestOp { RequestTxn = new TxnRequest { Success = { operations } } };
    }

    private static ByteString Filled(int size)
    {
        byte[] bytes = new byte[size];
        bytes.AsSpan().Fill((byte)'x');
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }
}
