using System.Diagnostics;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Chaos;

/// <summary>Requests to chosen members over connections that are kept while they work; everything is noted.</summary>
internal sealed class ChaosClient : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    private readonly IReadOnlyList<MemberProcess> _members;
    private readonly GrpcChannel?[] _channels;
    private readonly ChaosLog _log;

    public ChaosClient(IReadOnlyList<MemberProcess> members, ChaosLog log)
    {
        _members = members;
        _channels = new GrpcChannel?[members.Count];
        _log = log;
    }

    /// <summary>null when there was no answer; the failure is noted.</summary>
    public async Task<TResponse?> TryAsync<TRequest, TResponse>(
        int member, GrpcMethod<TRequest, TResponse> method, TRequest request)
        where TResponse : class
    {
        try
        {
            GrpcChannel channel = await OpenAsync(member);
            return await channel.UnaryAsync(method, request, Deadline);
        }
        catch (GrpcCallException failure)
        {
            await FailedAsync(member, failure);
            return null;
        }
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
            return (await call.ReadAsync(timeout.Token)).TTL;
        }
        catch (GrpcCallException failure)
        {
            await FailedAsync(member, failure);
            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public async Task<Read?> ReadAsync(int member, string key, bool linearizable)
    {
        long start = Stopwatch.GetTimestamp();
        RangeResponse? answer = await TryAsync(member, EtcdMethods.Range, new RangeRequest
        {
            Key = ByteString.CopyFromUtf8(key),
            Serializable = !linearizable,
        });
        if (answer == null)
        {
            return null;
        }

        var read = new Read(
            _members[member].Settings.Name,
            key,
            linearizable,
            answer.Header.Revision,
            answer.Kvs.Count == 0 ? null : answer.Kvs[0].Value.ToStringUtf8(),
            answer.Kvs.Count == 0 ? 0 : answer.Kvs[0].ModRevision,
            start,
            Stopwatch.GetTimestamp());
        _log.Reads.Enqueue(read);
        return read;
    }

    public async Task<bool> PutAsync(int member, string key, string value, long lease = 0)
    {
        long start = Stopwatch.GetTimestamp();
        PutResponse? answer = await TryAsync(member, EtcdMethods.Put, new PutRequest
        {
            Key = ByteString.CopyFromUtf8(key),
            Value = ByteString.CopyFromUtf8(value),
            Lease = lease,
        });
        _log.Add(new Write(key, value, -1, start, Stopwatch.GetTimestamp(), answer?.Header.Revision ?? 0));
        return answer != null;
    }

    public async Task DeleteAsync(int member, string key)
    {
        long start = Stopwatch.GetTimestamp();
        DeleteRangeResponse? answer = await TryAsync(
            member, EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = ByteString.CopyFromUtf8(key) });
        if (answer is not { Deleted: 0 })
        {
            _log.Add(new Write(key, null, -1, start, Stopwatch.GetTimestamp(), answer?.Header.Revision ?? 0));
        }
    }

    /// <summary>Puts the value if the key still has the revision; what the key has instead is a read.</summary>
    public async Task CompareAndPutAsync(int member, string key, long modRevision, string value)
    {
        var name = ByteString.CopyFromUtf8(key);
        long start = Stopwatch.GetTimestamp();
        TxnResponse? answer = await TryAsync(member, EtcdMethods.Txn, new TxnRequest
        {
            Compare = { new Compare { Key = name, Target = Compare.Types.CompareTarget.Mod, ModRevision = modRevision } },
            Success = { new RequestOp { RequestPut = new PutRequest { Key = name, Value = ByteString.CopyFromUtf8(value) } } },
            Failure = { new RequestOp { RequestRange = new RangeRequest { Key = name } } },
        });
        long end = Stopwatch.GetTimestamp();
        if (answer is { Succeeded: false })
        {
            var kvs = answer.Responses[0].ResponseRange.Kvs;
            string? found = kvs.Count == 0 ? null : kvs[0].Value.ToStringUtf8();
            long mod = kvs.Count == 0 ? 0 : kvs[0].ModRevision;
            _log.Reads.Enqueue(new Read(
                _members[member].Settings.Name, key, Linearizable: true, answer.Header.Revision, found, mod, start, end));
            if (mod == modRevision)
            {
                _log.Violation($"comparison of {key} with revision {modRevision} failed although it has it");
            }
        }
        else
        {
            _log.Add(new Write(key, value, modRevision, start, end, answer?.Header.Revision ?? 0));
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (int i = 0; i < _channels.Length; i++)
        {
            await CloseAsync(i);
        }
    }

    private async Task<GrpcChannel> OpenAsync(int member)
    {
        if (_channels[member] is not { IsOpen: true })
        {
            await CloseAsync(member);
            _channels[member] = await _members[member].ConnectAsync();
        }

        return _channels[member]!;
    }

    private async Task FailedAsync(int member, GrpcCallException failure)
    {
        _log.Error(failure);
        await CloseAsync(member);
    }

    private async Task CloseAsync(int member)
    {
        if (_channels[member] is { } channel)
        {
            _channels[member] = null;
            await channel.DisposeAsync();
        }
    }
}
