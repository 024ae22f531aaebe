using ActorEtcd.Host.Gateway;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Host.Grpc;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorEtcd.Specs.Host.Gateway;

/// <summary>
/// A JSON gateway before three methods that need no store: a put that answers with the metadata it was called with, a
/// keep-alive that finds every lease but those below 0, and a watch that answers each message and stays.
/// </summary>
internal static class ToyGateway
{
    /// <summary>Starts a server that tells the version; the source is completed when a watch ends.</summary>
    public static Task<GrpcTestServer> StartAsync(string version, TaskCompletionSource? ended = null)
    {
        GrpcMethodTable methods = null!;
        return GrpcTestServer.StartAsync(
            table =>
            {
                methods = table;
                table
                    .Unary("etcdserverpb.KV", "Put", PutRequest.Parser, Put)
                    .BidiStream("etcdserverpb.Lease", "LeaseKeepAlive", LeaseKeepAliveRequest.Parser, KeepAliveAsync)
                    .BidiStream("etcdserverpb.Watch", "Watch", WatchRequest.Parser, (requests, call) => WatchAsync(requests, call, ended));
            },
            routes: router => new JsonGateway(methods, new GrpcOptions(), version, NullLoggerFactory.Instance).Map(router));
    }

    private static ValueTask<PutResponse> Put(PutRequest request, GrpcCall call)
    {
        if (request.Key.IsEmpty)
        {
            throw EtcdErrors.EmptyKey.ToException();
        }

        var response = new PutResponse();
        if (request.PrevKv)
        {
            string said = $"{call.Metadata("authorization")} {call.Metadata("token")} {call.Metadata("extra")}".TrimEnd();
            response.PrevKv = new() { Key = request.Key, Value = Google.Protobuf.ByteString.CopyFromUtf8(said) };
        }

        return ValueTask.FromResult(response);
    }

    private static async ValueTask KeepAliveAsync(GrpcRequestStream<LeaseKeepAliveRequest> requests, GrpcCall call)
    {
        while (await requests.MoveNextAsync())
        {
            if (requests.Current.ID < 0)
            {
                throw EtcdErrors.LeaseNotFound.ToException();
            }

            await call.RespondAndFlushAsync(new LeaseKeepAliveResponse { ID = requests.Current.ID });
        }
    }

    private static async ValueTask WatchAsync(
        GrpcRequestStream<WatchRequest> requests, GrpcCall call, TaskCompletionSource? ended)
    {
        try
        {
            while (await requests.MoveNextAsync())
            {
                bool created = requests.Current.RequestUnionCase == WatchRequest.RequestUnionOneofCase.CreateRequest;
                await call.RespondAndFlushAsync(new WatchResponse { Created = created, WatchId = created ? 0 : -1 });
            }

            await new TaskCompletionSource().Task.WaitAsync(call.CancellationToken);
        }
        finally
        {
            ended?.TrySetResult();
        }
    }
}
