using System.Threading.Tasks.Sources;
using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.GrpcClient;

/// <summary>A unary call; awaiting its task allocates nothing, and the object is used again afterwards.</summary>
internal sealed class UnaryCall<TRequest, TResponse> : ClientCall, IValueTaskSource<TResponse>
{
    private readonly GrpcMethod<TRequest, TResponse> _method;
    private ManualResetValueTaskSourceCore<TResponse> _source;
    private TResponse? _response;
    private bool _hasResponse;

    public UnaryCall(Http2Connection connection, MethodState state, GrpcMethod<TRequest, TResponse> method)
        : base(connection, state)
    {
        _method = method;
        _source.RunContinuationsAsynchronously = !connection.Options.InlineContinuations;
    }

    /// <summary>
    /// False when a deadline or a cancellation may still refer to the object after it has completed; such a call
    /// must not come back as another one.
    /// </summary>
    public bool Reusable { get; set; } = true;

    public override bool CreditsOnRead => false;

    public ValueTask<TResponse> Task => new(this, _source.Version);

    public TResponse GetResult(short token)
    {
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            if (Reusable)
            {
                _source.Reset();
                _response = default;
                _hasResponse = false;
                Reset();
                Connection.Recycle(this);
            }
        }
    }

    public ValueTaskSourceStatus GetStatus(short token)
    {
        return _source.GetStatus(token);
    }

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        _source.OnCompleted(continuation, state, token, flags);
    }

    protected override void OnMessage(ReadOnlySpan<byte> message)
    {
        if (_hasResponse)
        {
            throw new GrpcCallException(StatusCode.Internal, "two responses to a unary call");
        }

        _response = _method.Parse(message);
        _hasResponse = true;
    }

    protected override void OnCompleted(Exception? failure)
    {
        if (failure == null && !_hasResponse)
        {
            failure = new GrpcCallException(StatusCode.Internal, "OK without a response");
        }

        if (failure == null)
        {
            _source.SetResult(_response!);
        }
        else
        {
            _source.SetException(failure);
        }
    }
}
