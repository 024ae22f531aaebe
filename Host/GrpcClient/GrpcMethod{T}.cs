namespace ActorEtcd.Host.GrpcClient;

/// <summary>Reads a response message; the bytes are valid during the call only.</summary>
public delegate TResponse GrpcResponseParser<out TResponse>(ReadOnlySpan<byte> bytes);

/// <summary>Fills <paramref name="target"/>, which has exactly the size announced for the request.</summary>
public delegate void GrpcRequestWriter<in TRequest>(TRequest request, Span<byte> target);

/// <summary>One RPC with the way its messages are encoded.</summary>
public sealed class GrpcMethod<TRequest, TResponse> : GrpcMethod
{
    public GrpcMethod(
        string path,
        Func<TRequest, int> size,
        GrpcRequestWriter<TRequest> write,
        GrpcResponseParser<TResponse> parse)
        : base(path)
    {
        Size = size;
        Write = write;
        Parse = parse;
    }

    internal Func<TRequest, int> Size { get; }

    internal GrpcRequestWriter<TRequest> Write { get; }

    internal GrpcResponseParser<TResponse> Parse { get; }
}
