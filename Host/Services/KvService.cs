using System.Buffers;
using ActorEtcd.Client;
using ActorEtcd.Host.Auth;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Grpc.Wire;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Messages;
using ActorEtcd.Wire;

namespace ActorEtcd.Host.Services;

/// <summary>etcd's <c>KV</c> service. Requests are decoded in place, and answers are written from stored records.</summary>
public sealed class KvService(EtcdNode node, ResponseHeaders headers)
{
    private const string Name = "etcdserverpb.KV";

    public void Register(GrpcMethodTable table) => table
        .Add(Name, "Range", GrpcMethodType.Unary, Range)
        .Add(Name, "Put", GrpcMethodType.Unary, Put)
        .Add(Name, "DeleteRange", GrpcMethodType.Unary, DeleteRange)
        .Add(Name, "Txn", GrpcMethodType.Unary, Txn)
        .Unary(Name, "Compact", Protos.Etcdserverpb.CompactionRequest.Parser, CompactAsync);

    private ValueTask Range(GrpcCall call)
    {
        var result = node.RangeAsync(Decode(call, KvCodec.ReadRange), Credentials(call));
        if (result.IsCompletedSuccessfully)
        {
            return RespondAsync(call, result.Result);
        }

        return RespondWhenDoneAsync(call, result);
    }

    private ValueTask Put(GrpcCall call)
    {
        if (node.Auth.IsEnabled)
        {
            return RespondWhenDoneAsync(call, node.PutAsync(Decode(call, KvCodec.ReadPut), Credentials(call)));
        }

        // The client's bytes become the log entry's bytes: copied once, decoded in place for the checks.
        var requestId = node.NextRequestId();
        var payload = CommandCodec.WrapPut(requestId, (int)call.Request.Length, out var body);
        call.Request.CopyTo(body.Span);
        var request = Decode(body, KvCodec.ReadPut);
        return RespondWhenDoneAsync(call, node.PutEncodedAsync(requestId, request, payload));
    }

    private ValueTask DeleteRange(GrpcCall call)
        => RespondWhenDoneAsync(call, node.DeleteRangeAsync(Decode(call, KvCodec.ReadDeleteRange), Credentials(call)));

    private ValueTask Txn(GrpcCall call)
        => RespondWhenDoneAsync(call, node.TxnAsync(Decode(call, KvCodec.ReadTxn), Credentials(call)));

    private async ValueTask<CompactionResponse> CompactAsync(Protos.Etcdserverpb.CompactionRequest request, GrpcCall call)
    {
        var result = await call.WithinDeadline(node.CompactAsync(new Messages.CompactionRequest(request.Revision, request.Physical)));
        return new CompactionResponse { Header = headers.Message(result.Revision) };
    }

    // While users do not matter nobody looks for them. Should they matter a moment later, such a request is nobody's.
    private ActorEtcd.Auth.Credentials Credentials(GrpcCall call) => node.Auth.IsEnabled ? CallCredentials.Of(call) : default;

    private static T Decode<T>(GrpcCall call, Func<ReadOnlyMemory<byte>, T> read) => Decode(call.Request.ToArray(), read);

    private static T Decode<T>(ReadOnlyMemory<byte> bytes, Func<ReadOnlyMemory<byte>, T> read)
    {
        try
        {
            return read(bytes);
        }
        catch (MalformedMessageException malformed)
        {
            throw new GrpcStatusException(StatusCode.Internal, $"grpc: error unmarshalling request: {malformed.Message}");
        }
    }

    private async ValueTask RespondWhenDoneAsync(GrpcCall call, ValueTask<RangeResult> result)
        => await RespondAsync(call, await call.WithinDeadline(result));

    private async ValueTask RespondWhenDoneAsync(GrpcCall call, ValueTask<OpResult> result)
        => await RespondAsync(call, await call.WithinDeadline(result));

    private ValueTask RespondAsync(GrpcCall call, OpResult result)
        => call.RespondAsync(new OpResponse(headers.At(result.Revision), result));
}
