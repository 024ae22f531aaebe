using System.Diagnostics;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Chaos;

/// <summary>Requests to chosen members over connections that are kept while they work; everything is noted.</summary>
internal sealed class ChaosClient : IAsyncDisposable
{
    private const long NoComparison = -1;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<MemberProcess> _members;
    private readonly (MemberProcess Member, GrpcChannel Channel)?[] _channels;
    private readonly ChaosLog _log;

    public ChaosClient(IReadOnlyList<MemberProcess> members, ChaosLog log, int number = 0)
    {
        _members = members;
        _channels = new (MemberProcess, GrpcChannel)?[members.Count];
        _log = log;
        Number = number;
    }

    public int Number { get; }

    public string NameOf(int member) => _members[member].Settings.Name;

    public int Any(Random random) => random.Next(_members.Count);

    public async Task<Answer<TResponse>> AskAsync<TRequest, TResponse>(
        string operation, int member, GrpcMethod<TRequest, TResponse> method, TRequest request)
        where TResponse : class
    {
        Answer<TResponse> answer = await AskAsync(member, method, request);
        _log.Count(operation, answer.Outcome);
        return answer;
    }

    /// <summary>The time to live that a keep-alive gave, or null without an answer.</summary>
    public async Task<long?> TryKeepAliveAsync(int member, long lease)
    {
        using var timeout = new CancellationTokenSource(Deadline);
        try
        {
            GrpcChannel channel = await OpenAsync(member);
            await using DuplexCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call =
                channel.Duplex(EtcdMethods.LeaseKeepAlive, Deadline);
            await call.WriteAsync(new LeaseKeepAliveRequest { ID = lease });
            long ttl = (await call.ReadAsync(timeout.Token)).TTL;
            _log.Count("lease keep-alive", Outcome.Acknowledged);
            return ttl;
        }
        catch (GrpcCallException failure)
        {
            await FailedAsync(member, failure);
        }
        catch (OperationCanceledException)
        {
            // No answer in time.
        }

        _log.Count("lease keep-alive", Outcome.Unknown);
        return null;
    }

    public async Task<Read?> ReadAsync(int member, string key, bool linearizable)
    {
        long start = Stopwatch.GetTimestamp();
        string operation = linearizable ? "read" : "serializable read";
        var request = new RangeRequest
        {
            Key = ByteString.CopyFromUtf8(key),
            Serializable = !linearizable || _log.ReadsAreStale,
        };
        if ((await AskAsync(operation, member, EtcdMethods.Range, request)).Value is not { } answer)
        {
            return null;
        }

        Read read = ReadOf(member, key, linearizable, answer, start);
        _log.Reads.Enqueue(read);
        return read;
    }

    public async Task<RangeRead?> ReadAllAsync(int member, string prefix, bool linearizable)
    {
        long start = Stopwatch.GetTimestamp();
        string operation = linearizable ? "read of a set" : "serializable read of a set";
        string end = prefix[..^1] + (char)(prefix[^1] + 1);
        var request = new RangeRequest
        {
            Key = ByteString.CopyFromUtf8(prefix),
            RangeEnd = ByteString.CopyFromUtf8(end),
            Serializable = !linearizable || _log.ReadsAreStale,
        };
        if ((await AskAsync(operation, member, EtcdMethods.Range, request)).Value is not { } answer)
        {
            return null;
        }

        (string, string, long)[] found = [.. answer.Kvs.Select(kv => (kv.Key.ToStringUtf8(), kv.Value.ToStringUtf8(), kv.ModRevision))];
        var read = new RangeRead(
            NameOf(member), prefix, linearizable, answer.Header.Revision, found, start, Stopwatch.GetTimestamp());
        _log.RangeReads.Enqueue(read);
        return read;
    }

    public async Task<Answer<PutResponse>> PutAsync(int member, string key, string value, long lease = 0)
    {
        long start = Stopwatch.GetTimestamp();
        Answer<PutResponse> answer = await AskAsync("put", member, EtcdMethods.Put, new PutRequest
        {
            Key = ByteString.CopyFromUtf8(key),
            Value = ByteString.CopyFromUtf8(value),
            Lease = lease,
        });
        if (answer.MayHaveHappened)
        {
            long revision = answer.Value?.Header.Revision ?? 0;
            _log.Add(new Write(Number, key, value, NoComparison, null, start, Stopwatch.GetTimestamp(), revision));
        }

        return answer;
    }

    public async Task<Answer<DeleteRangeResponse>> DeleteAsync(int member, string key)
    {
        long start = Stopwatch.GetTimestamp();
        Answer<DeleteRangeResponse> answer = await AskAsync(
            "delete", member, EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key) });
        long end = Stopwatch.GetTimestamp();
        if (answer.Value is { Deleted: 0 } nothing)
        {
            _log.Reads.Enqueue(new Read(Number, NameOf(member), key, true, nothing.Header.Revision, null, 0, start, end));
        }
        else if (answer.MayHaveHappened)
        {
            long revision = answer.Value?.Header.Revision ?? 0;
            _log.Add(new Write(Number, key, null, NoComparison, null, start, end, revision));
        }

        return answer;
    }

    /// <summary>Puts the value if the key still is as it was read; what the key has instead is a read.</summary>
    public async Task CompareAndPutAsync(int member, Read seen, string value)
    {
        var name = ByteString.CopyFromUtf8(seen.Key);
        long start = Stopwatch.GetTimestamp();
        Answer<TxnResponse> answer = await AskAsync("compare and set", member, EtcdMethods.Txn, new TxnRequest
        {
            Compare = { ModRevisionIs(seen.Key, seen.ModRevision) },
            Success = { new RequestOp { RequestPut = new PutRequest { Key = name, Value = ByteString.CopyFromUtf8(value) } } },
            Failure = { new RequestOp { RequestRange = new RangeRequest { Key = name } } },
        });
        long end = Stopwatch.GetTimestamp();
        if (answer.Value is { Succeeded: false } refused)
        {
            RangeResponse found = refused.Responses[0].ResponseRange;
            found.Header = refused.Header;
            Read read = ReadOf(member, seen.Key, linearizable: true, found, start) with { FinishedAt = end };
            _log.Reads.Enqueue(read);
            if (read.ModRevision == seen.ModRevision)
            {
                _log.Violation($"comparison of {seen.Key} with revision {seen.ModRevision} failed although it has it");
            }
        }
        else if (answer.MayHaveHappened)
        {
            long revision = answer.Value?.Header.Revision ?? 0;
            _log.Add(new Write(Number, seen.Key, value, seen.ModRevision, seen.Value, start, end, revision));
        }
    }

    public static Compare ModRevisionIs(string key, long revision) => new()
    {
        Key = ByteString.CopyFromUtf8(key),
        Target = Compare.Types.CompareTarget.Mod,
        ModRevision = revision,
    };

    public async ValueTask DisposeAsync()
    {
        for (int i = 0; i < _channels.Length; i++)
        {
            await CloseAsync(i);
        }
    }

    private async Task<Answer<TResponse>> AskAsync<TRequest, TResponse>(
        int member, GrpcMethod<TRequest, TResponse> method, TRequest request)
        where TResponse : class
    {
        GrpcChannel channel;
        try
        {
            channel = await OpenAsync(member);
        }
        catch (GrpcCallException failure)
        {
            await FailedAsync(member, failure);
            return new Answer<TResponse>(Outcome.Failed, null);
        }

        try
        {
            return new Answer<TResponse>(Outcome.Acknowledged, await channel.UnaryAsync(method, request, Deadline));
        }
        catch (GrpcCallException failure)
        {
            await FailedAsync(member, failure);
            return new Answer<TResponse>(IsRefusal(failure.Code) ? Outcome.Failed : Outcome.Unknown, null);
        }
    }

    private static bool IsRefusal(StatusCode code) => code is StatusCode.InvalidArgument or StatusCode.NotFound
        or StatusCode.AlreadyExists or StatusCode.FailedPrecondition or StatusCode.OutOfRange or StatusCode.PermissionDenied;

    private Read ReadOf(int member, string key, bool linearizable, RangeResponse answer, long start) => new(
        Number,
        NameOf(member),
        key,
        linearizable,
        answer.Header.Revision,
        answer.Kvs.Count == 0 ? null : answer.Kvs[0].Value.ToStringUtf8(),
        answer.Kvs.Count == 0 ? 0 : answer.Kvs[0].ModRevision,
        start,
        Stopwatch.GetTimestamp());

    private async Task<GrpcChannel> OpenAsync(int member)
    {
        MemberProcess now = _members[member];
        if (_channels[member] is { Channel.IsOpen: true } open && open.Member == now)
        {
            return open.Channel;
        }

        await CloseAsync(member);
        GrpcChannel channel = await now.ConnectAsync(ConnectWithin);
        _channels[member] = (now, channel);
        return channel;
    }

    private async Task FailedAsync(int member, GrpcCallException failure)
    {
        _log.Error(failure);
        await CloseAsync(member);
    }

    private async Task CloseAsync(int member)
    {
        if (_channels[member] is { } open)
        {
            _channels[member] = null;
            await open.Channel.DisposeAsync();
        }
    }
}
