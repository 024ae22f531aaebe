using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// The <c>KV</c> service before a cluster. Serializable reads are answered from earlier answers; without a namespace,
/// messages are read and passed on as they came.
/// </summary>
internal sealed class KvProxy(Upstream upstream, KeyNamespace space, RevisionsSeen seen, ProxyMetrics metrics, bool ordersReads)
{
    private const int EntriesMax = 2048;
    private const long CacheBytesMax = 64 << 20;
    private const int StaleAnswersMaxPerEndpoint = 5;

    private static readonly GrpcStatus NoGreaterRevision = new(
        StatusCode.Unknown, "etcdclient: no cluster members have a revision higher than the previously received revision");

    private readonly RangeCache _cache = new(EntriesMax, CacheBytesMax);

    public void Register(GrpcMethodTable table) => table
        .Unary(EtcdMethods.Kv, "Range", RangeRequest.Parser, RangeAsync)
        .Unary(EtcdMethods.Kv, "Put", PutRequest.Parser, PutAsync)
        .Unary(EtcdMethods.Kv, "DeleteRange", DeleteRangeRequest.Parser, DeleteRangeAsync)
        .Unary(EtcdMethods.Kv, "Txn", TxnRequest.Parser, TxnAsync)
        .Unary(EtcdMethods.Kv, "Compact", CompactionRequest.Parser, CompactAsync);

    private async ValueTask RangeAsync(RangeRequest request, GrpcCall call)
    {
        var context = CallContext.Of(call);
        space.In(request);
        var keys = new KeyInterval(request.Key, request.RangeEnd);
        var encoded = request.ToByteArray();
        var isSerializable = request.Serializable;
        request.Serializable = true;
        var entry = request.ToByteString();
        if (isSerializable && Cached(context, entry, request.Revision) is { } kept)
        {
            call.RespondEncoded(kept);
            return;
        }

        var begun = _cache.Begin();
        var answer = await ReadAsync(RawMethod.Range, encoded, context);
        if (!space.IsWhole)
        {
            answer = space.Out(RangeResponse.Parser.ParseFrom(answer)).ToByteArray();
        }

        _cache.Add(context.Identity, entry, keys, request.Revision, answer, begun);
        metrics.CacheKeys.Set(_cache.Count);
        call.RespondEncoded(answer);
    }

    private byte[]? Cached(CallContext context, ByteString entry, long revision)
    {
        if (_cache.IsCompacted(revision))
        {
            metrics.CacheHits.Increment();
            throw EtcdErrors.Compacted.ToException();
        }

        var kept = _cache.Find(context.Identity, entry);
        (kept is null ? metrics.CacheMisses : metrics.CacheHits).Increment();
        return kept;
    }

    private async ValueTask PutAsync(PutRequest request, GrpcCall call)
    {
        space.In(request);
        var answer = await WriteAsync(RawMethod.Put, request, [new KeyInterval(request.Key, ByteString.Empty)], call);
        call.RespondEncoded(space.IsWhole ? answer : space.Out(PutResponse.Parser.ParseFrom(answer)).ToByteArray());
    }

    private async ValueTask DeleteRangeAsync(DeleteRangeRequest request, GrpcCall call)
    {
        space.In(request);
        var answer = await WriteAsync(RawMethod.DeleteRange, request, [new KeyInterval(request.Key, request.RangeEnd)], call);
        call.RespondEncoded(space.IsWhole ? answer : space.Out(DeleteRangeResponse.Parser.ParseFrom(answer)).ToByteArray());
    }

    private async ValueTask TxnAsync(TxnRequest request, GrpcCall call)
    {
        space.In(request);
        var written = new List<KeyInterval>();
        CollectWrites(request, written);
        byte[] answer;
        if (written.Count == 0)
        {
            answer = await ReadAsync(RawMethod.Txn, request.ToByteArray(), CallContext.Of(call));
        }
        else
        {
            answer = await WriteAsync(RawMethod.Txn, request, written, call);
        }

        // Who compares believes to know better than what is kept.
        InvalidateAll(request.Compare.Select(static compare => new KeyInterval(compare.Key, compare.RangeEnd)));
        call.RespondEncoded(space.IsWhole ? answer : space.Out(TxnResponse.Parser.ParseFrom(answer)).ToByteArray());
    }

    private async ValueTask CompactAsync(CompactionRequest request, GrpcCall call)
    {
        var answer = await upstream.UnaryAsync(RawMethod.Compact, request.ToByteArray(), CallContext.Of(call), mayRepeat: false);
        _cache.Compact(request.Revision);
        call.RespondEncoded(answer);
    }

    private async Task<byte[]> WriteAsync(
        GrpcMethod<ReadOnlyMemory<byte>, byte[]> method, IMessage request, IReadOnlyList<KeyInterval> written, GrpcCall call)
    {
        InvalidateAll(written);
        try
        {
            var answer = await upstream.UnaryAsync(method, request.ToByteArray(), CallContext.Of(call), mayRepeat: false);
            seen.Add(HeaderRevision.Of(answer));
            return answer;
        }
        finally
        {
            // Whatever became of it: what was read meanwhile may be from before.
            InvalidateAll(written);
        }
    }

    /// <summary>Reads; again elsewhere, where that is asked for, when the answer is older than one that a client had before.</summary>
    private async Task<byte[]> ReadAsync(GrpcMethod<ReadOnlyMemory<byte>, byte[]> method, byte[] request, CallContext context)
    {
        var least = ordersReads ? seen.Newest : 0;
        for (var stale = 0; stale <= StaleAnswersMaxPerEndpoint * upstream.Endpoints.Count; stale++)
        {
            var answer = await upstream.UnaryAsync(method, request, context, mayRepeat: true);
            var revision = HeaderRevision.Of(answer);
            if (revision >= least)
            {
                seen.Add(revision);
                return answer;
            }
        }

        throw NoGreaterRevision.ToException();
    }

    private void InvalidateAll(IEnumerable<KeyInterval> written)
    {
        foreach (var keys in written)
        {
            _cache.Invalidate(keys);
        }

        metrics.CacheKeys.Set(_cache.Count);
    }

    private static void CollectWrites(TxnRequest request, List<KeyInterval> written)
    {
        foreach (var operation in request.Success.Concat(request.Failure))
        {
            switch (operation.RequestCase)
            {
                case RequestOp.RequestOneofCase.RequestPut:
                    written.Add(new KeyInterval(operation.RequestPut.Key, ByteString.Empty));
                    break;
                case RequestOp.RequestOneofCase.RequestDeleteRange:
                    written.Add(new KeyInterval(operation.RequestDeleteRange.Key, operation.RequestDeleteRange.RangeEnd));
                    break;
                case RequestOp.RequestOneofCase.RequestTxn:
                    CollectWrites(operation.RequestTxn, written);
                    break;
                default:
                    break;
            }
        }
    }
}
