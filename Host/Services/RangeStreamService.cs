using System.Buffers;
using ActorEtcd.Client;
using ActorEtcd.Host.Auth;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Grpc.Wire;
using ActorEtcd.Messages;
using ActorEtcd.Wire;

namespace ActorEtcd.Host.Services;

/// <summary>
/// etcd 3.7's <c>KV.RangeStream</c>: the answer of a range in pieces, all read from one view of the store. A piece
/// is read when the client has taken the one before.
/// </summary>
public sealed class RangeStreamService(EtcdNode node, ResponseHeaders headers)
{
    /// <summary>Keys in the first piece.</summary>
    private const long FirstLimit = 10;

    public void Register(GrpcMethodTable table)
        => table.Add("etcdserverpb.KV", "RangeStream", GrpcMethodType.ServerStream, ServeAsync);

    /// <summary>The next piece doubles below half the wanted size, halves above twice, and is never empty.</summary>
    internal static long NextLimit(long limit, long size, long wantedSize)
    {
        if (size < wantedSize / 2)
        {
            return limit * 2;
        }

        return size > wantedSize * 2 ? Math.Max(1, limit / 2) : limit;
    }

    private async ValueTask ServeAsync(GrpcCall call)
    {
        var request = Decode(call.Request.ToArray());
        Check(request);
        if (!request.Serializable)
        {
            await node.LinearizeAsync();
        }

        var view = await node.ViewForAsync(request, CallCredentials.Of(call));
        if (request.CountOnly)
        {
            var counted = node.Range(view, request with { Limit = 0 });
            call.Respond(RangeStreamResponse.Last(headers.At(view.Revision), counted with { More = false }));
            return;
        }

        var left = request.Limit > 0 ? request.Limit : long.MaxValue;
        var limit = Math.Min(FirstLimit, left);
        long count = -1;
        while (true)
        {
            var piece = node.Range(view, request with { Limit = limit });
            count = count < 0 ? piece.Count : count;
            left -= piece.Kvs.Length;
            if (!piece.More || left == 0)
            {
                call.Respond(RangeStreamResponse.Last(headers.At(view.Revision), piece with { Count = count }));
                return;
            }

            var part = RangeStreamResponse.Piece(piece);
            if (!await call.RespondAndFlushAsync(part))
            {
                return;
            }

            request = request with { Key = After(piece.Kvs[^1]) };
            limit = Math.Min(NextLimit(limit, part.ComputeSize(), node.Settings.RequestBytesMax), left);
        }
    }

    private static Bytes After(ReadOnlyMemory<byte> record)
        => (byte[])[.. Store.KeyValue.ParseKey(record.Span), 0];

    private static RangeRequest Decode(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return KvCodec.ReadRange(bytes);
        }
        catch (MalformedMessageException malformed)
        {
            throw new GrpcStatusException(StatusCode.Internal, $"grpc: error unmarshalling request: {malformed.Message}");
        }
    }

    private static void Check(RangeRequest request)
    {
        Store.RequestValidation.Check(request);
        var isInKeyOrder = request.SortOrder == SortOrder.None
            || (request.SortTarget == SortTarget.Key && request.SortOrder == SortOrder.Ascend);
        if (!isInKeyOrder)
        {
            throw new GrpcStatusException(StatusCode.Unimplemented, "RangeStream does not support custom sort orders");
        }

        var isFiltered = request.MinModRevision != 0
            || request.MaxModRevision != 0
            || request.MinCreateRevision != 0
            || request.MaxCreateRevision != 0;
        if (isFiltered)
        {
            throw new GrpcStatusException(StatusCode.Unimplemented, "RangeStream does not support revision filters");
        }
    }
}
