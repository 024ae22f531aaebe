using System.Threading.Channels;

namespace ActorEtcd.Host.GrpcClient;

/// <summary>A streaming call as the connection sees it; users hold a DuplexCall.</summary>
internal sealed class StreamCall<TRequest, TResponse> : ClientCall
{
    private readonly GrpcMethod<TRequest, TResponse> _method;
    private readonly Channel<(TResponse Message, int Size)> _received;

    public StreamCall(Http2Connection connection, MethodState state, GrpcMethod<TRequest, TResponse> method)
        : base(connection, state)
    {
        _method = method;
        _received = Channel.CreateUnbounded<(TResponse, int)>(new UnboundedChannelOptions
        {
            SingleReader = true,
            SingleWriter = true,
            AllowSynchronousContinuations = connection.Options.InlineContinuations,
        });
    }

    public override bool CreditsOnRead => true;

    public ChannelReader<(TResponse Message, int Size)> Received => _received.Reader;

    protected override void OnMessage(ReadOnlySpan<byte> message)
    {
        _received.Writer.TryWrite((_method.Parse(message), message.Length + 5 - CreditedEarly));
        CreditedEarly = 0;
    }

    protected override void OnCompleted(Exception? failure)
    {
        _received.Writer.TryComplete(failure);
    }
}
