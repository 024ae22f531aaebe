using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace ActorEtcd.Host.Grpc;

/// <summary>
/// The requests of a streaming call, in order. <see cref="MoveNextAsync"/> throws when the client resets the stream or
/// when <see cref="GrpcCall.Cancel"/> is called, and returns false when the client has sent its last.
/// </summary>
public readonly struct GrpcRequestStream<TRequest>
    where TRequest : IMessage<TRequest>
{
    private readonly GrpcCall _call;
    private readonly MessageParser<TRequest> _parser;
    private readonly StrongBox<TRequest?> _current;

    internal GrpcRequestStream(GrpcCall call, MessageParser<TRequest> parser)
    {
        _call = call;
        _parser = parser;
        _current = new StrongBox<TRequest?>();
    }

    public TRequest Current => _current.Value!;

    public ValueTask<bool> MoveNextAsync()
    {
        ValueTask<bool> read = _call.ReadAsync();
        return read.IsCompletedSuccessfully ? new ValueTask<bool>(Take(read.Result)) : Wait(read);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> Wait(ValueTask<bool> read) => Take(await read);

    private bool Take(bool any)
    {
        _current.Value = any ? GrpcCall.Parse(_parser, _call.Request) : default;
        return any;
    }
}
