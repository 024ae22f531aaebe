using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// The <c>KV</c> service before a cluster. Serializable reads are answered from earlier answers.
/// </summary>
/// <param name="upstream">For what is not of keys.</param>
/// <param name="kv">Who answers the rest.</param>
/// <param name="seen">What clients know of already.</param>
/// <param name="metrics">Of what is kept.</param>
/// <param name="ordersReads">Whether no answer may be older than one that a client had before.</param>
internal sealed class KvProxy(Upstream upstream, IClusterKv kv, RevisionsSeen seen, ProxyMetrics metrics, bool ordersReads)
{
    private const int EntriesMax = 2048;
    private const long CacheBytesMax = 64 << 20;

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
        var keys = new KeyInterval(request.Key, request.RangeEnd);
        var entry = AsSerializable(request);
        if (request.Serializable && Cached(context, entry, request.Revision) is { } kept)
        {
            call.RespondEncoded(kept);
            return;
        }

        var begun = _cache.Begin();
        var revision = request.Revision;
        var answer = await kv.RangeAsync(request, context);
        _cache.Add(context.Identity, entry, keys, revision, answer, begun);
        metrics.CacheKeys.Set(_cache.Count);
        call.RespondEncoded(answer);
    }

    private static ByteString AsSerializable(RangeRequest request)
    {
        var isSerializable = request.Serializable;
        request.Serializable = true;
        var encoded = request.ToByteString();
        request.Serializable = isSerializable;
        return encoded;
    }

    private byte[]? Cached(CallContext context, ByteString entry, long revision)
    {
        if (_cache.IsCompacted(revision))
        {
            metrics.CacheHits.Increment();
            throw EtcdErrors.Compacted.ToException();
        }

        var kept = _cache.Find(context.Identity, entry);
        if (kept is not null && ordersReads && HeaderRevision.Of(kept) < seen.Newest)
        {
            // Right at its revision, but somebody has seen a later one.
            kept = null;
        }

        (kept is null ? metrics.CacheMisses : metrics.CacheHits).Increment();
        return kept;
    }

    private async ValueTask PutAsync(PutRequest request, GrpcCall call)
    {
        KeyInterval[] written = [new KeyInterval(request.Key, ByteString.Empty)];
        call.RespondEncoded(await WriteAsync(written, kv.PutAsync, request, call));
    }

    private async ValueTask DeleteRangeAsync(DeleteRangeRequest request, GrpcCall call)
    {
        KeyInterval[] written = [new KeyInterval(request.Key, request.RangeEnd)];
        call.RespondEncoded(await WriteAsync(written, kv.DeleteRangeAsync, request, call));
    }

    private async ValueTask TxnAsync(TxnRequest request, GrpcCall call)
    {
        var written = TxnKeys.Written(request);
        KeyInterval[] compared = [.. request.Compare.Select(static compare => new KeyInterval(compare.Key, compare.RangeEnd))];
        var answer = await WriteAsync(written, kv.TxnAsync, request, call);

        // Who compares believes to know better than what is kept.
        InvalidateAll(compared);
        call.RespondEncoded(answer);
    }

    private async ValueTask CompactAsync(CompactionRequest request, GrpcCall call)
    {
        var answer = await upstream.UnaryAsync(RawMethod.Compact, request.ToByteArray(), CallContext.Of(call), mayRepeat: false);
        _cache.Compact(request.Revision);
        call.RespondEncoded(answer);
    }

    private async Task<byte[]> WriteAsync<TRequest>(
        IReadOnlyList<KeyInterval> written, Func<TRequest, CallContext, Task<byte[]>> write, TRequest request, GrpcCall call)
    {
        InvalidateAll(written);
        try
        {
            return await write(request, CallContext.Of(call));
        }
        finally
        {
            // Whatever became of it: what was read meanwhile may be from before.
            InvalidateAll(written);
        }
    }

    private void InvalidateAll(IReadOnlyList<KeyInterval> written)
    {
        foreach (var keys in written)
        {
            _cache.Invalidate(keys);
        }

        metrics.CacheKeys.Set(_cache.Count);
    }
}
