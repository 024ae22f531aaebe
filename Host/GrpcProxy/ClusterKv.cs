using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>The cluster itself. Without a namespace, answers are passed on as they came.</summary>
internal sealed class ClusterKv(Upstream upstream, KeyNamespace space, RevisionsSeen seen, bool ordersReads) : IClusterKv
{
    private const int StaleAnswersMaxPerEndpoint = 5;

    private static readonly GrpcStatus NoGreaterRevision = new(
        StatusCode.Unknown, "etcdclient: no cluster members have a revision higher than the previously received revision");

    private static readonly RangeRequest Newest = new() { Key = ByteString.CopyFromUtf8("_"), KeysOnly = true };

    public async Task<byte[]> RangeAsync(RangeRequest request, CallContext context)
    {
        var answer = await ReadAsync(RawMethod.Range, space.In(request).ToByteArray(), context);
        return space.IsWhole ? answer : space.Out(RangeResponse.Parser.ParseFrom(answer)).ToByteArray();
    }

    public async Task<byte[]> PutAsync(PutRequest request, CallContext context)
    {
        var answer = await WriteAsync(RawMethod.Put, space.In(request).ToByteArray(), context);
        return space.IsWhole ? answer : space.Out(PutResponse.Parser.ParseFrom(answer)).ToByteArray();
    }

    public async Task<byte[]> DeleteRangeAsync(DeleteRangeRequest request, CallContext context)
    {
        var answer = await WriteAsync(RawMethod.DeleteRange, space.In(request).ToByteArray(), context);
        return space.IsWhole ? answer : space.Out(DeleteRangeResponse.Parser.ParseFrom(answer)).ToByteArray();
    }

    public Task<byte[]> TxnAsync(TxnRequest request, CallContext context)
        => TxnAsync(request, context, mayRepeat: !TxnKeys.HasWrites(request));

    /// <param name="request">With keys as clients know them.</param>
    /// <param name="context">Whose call it is.</param>
    /// <param name="mayRepeat">Whether it does no harm when two servers see the request.</param>
    public async Task<byte[]> TxnAsync(TxnRequest request, CallContext context, bool mayRepeat)
    {
        var encoded = space.In(request).ToByteArray();
        var answer = mayRepeat
            ? await ReadAsync(RawMethod.Txn, encoded, context)
            : await WriteAsync(RawMethod.Txn, encoded, context);
        return space.IsWhole ? answer : space.Out(TxnResponse.Parser.ParseFrom(answer)).ToByteArray();
    }

    private async Task<byte[]> WriteAsync(GrpcMethod<ReadOnlyMemory<byte>, byte[]> method, byte[] request, CallContext context)
    {
        var answer = await upstream.UnaryAsync(method, request, context, mayRepeat: false);
        seen.Add(HeaderRevision.Of(answer));
        return answer;
    }

    /// <summary>Reads; again elsewhere, where that is asked for, when the answer is older than one that a client had before.</summary>
    private async Task<byte[]> ReadAsync(GrpcMethod<ReadOnlyMemory<byte>, byte[]> method, byte[] request, CallContext context)
    {
        if (ordersReads && seen.Newest == 0)
        {
            // Clients may have seen more through the process that was here before.
            seen.Add(HeaderRevision.Of(await upstream.UnaryAsync(RawMethod.Range, Newest.ToByteArray(), context, mayRepeat: true)));
        }

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
}
