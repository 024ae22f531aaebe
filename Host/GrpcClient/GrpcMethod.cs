using System.Text;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcClient;

/// <summary>One RPC: where it lives. The number identifies it in per-connection tables.</summary>
public abstract class GrpcMethod
{
    private static int LastNumber = -1;

    private protected GrpcMethod(string path)
    {
        Path = path;
        PathBytes = Encoding.ASCII.GetBytes(path);
        Number = Interlocked.Increment(ref LastNumber);
    }

    public string Path { get; }

    internal byte[] PathBytes { get; }

    internal int Number { get; }

    /// <summary>An RPC whose messages are generated protobuf classes.</summary>
    public static GrpcMethod<TRequest, TResponse> Protobuf<TRequest, TResponse>(string service, string name)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>, new()
    {
        return new GrpcMethod<TRequest, TResponse>(
            $"/{service}/{name}",
            static request => request.CalculateSize(),
            static (request, target) => request.WriteTo(target),
            static bytes =>
            {
                var response = new TResponse();
                response.MergeFrom(bytes);
                return response;
            });
    }

    /// <summary>An RPC whose request is encoded already; <paramref name="parse"/> reads the response.</summary>
    public static GrpcMethod<ReadOnlyMemory<byte>, TResponse> Encoded<TResponse>(
        string service, string name, GrpcResponseParser<TResponse> parse)
    {
        return new GrpcMethod<ReadOnlyMemory<byte>, TResponse>(
            $"/{service}/{name}",
            static request => request.Length,
            static (request, target) => request.Span.CopyTo(target),
            parse);
    }
}
