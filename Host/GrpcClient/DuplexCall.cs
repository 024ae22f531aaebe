using System.Runtime.CompilerServices;
using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.GrpcClient;

/// <summary>
/// A streaming call: write requests, read responses, in any interleaving. One reader at a time. Disposing a call
/// that has not ended cancels it.
/// </summary>
public sealed class DuplexCall<TRequest, TResponse> : IAsyncDisposable
{
    private readonly StreamCall<TRequest, TResponse> _call;
    private readonly GrpcMethod<TRequest, TResponse> _method;

    internal DuplexCall(StreamCall<TRequest, TResponse> call, GrpcMethod<TRequest, TResponse> method)
    {
        _call = call;
        _method = method;
    }

    /// <summary>
    /// Completes when flow control has let the whole message through. Throws the call's status if it has ended.
    /// </summary>
    public ValueTask WriteAsync(TRequest request)
    {
        return _call.Connection.SendMessage(_call, _method, request);
    }

    /// <summary>Says that no more requests follow.</summary>
    public void CompleteRequests()
    {
        _call.Connection.HalfClose(_call);
    }

    /// <summary>
    /// The next response. At the end of the stream: false if the status was OK, otherwise the status is thrown.
    /// </summary>
    public async ValueTask<(bool HasValue, TResponse Value)> TryReadAsync(CancellationToken cancellationToken = default)
    {
        while (await _call.Received.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_call.Received.TryRead(out (TResponse Message, int Size) next))
            {
                _call.Connection.Credit(_call, next.Size);
                return (true, next.Message);
            }
        }

        return (false, default!);
    }

    /// <summary>The next response; an end of the stream with OK is an error too.</summary>
    public async ValueTask<TResponse> ReadAsync(CancellationToken cancellationToken = default)
    {
        (bool hasValue, TResponse value) = await TryReadAsync(cancellationToken).ConfigureAwait(false);
        return hasValue ? value : throw new GrpcCallException(StatusCode.Unknown, "the server ended the stream");
    }

    /// <summary>All responses until the stream ends.</summary>
    public async IAsyncEnumerable<TResponse> ReadAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            (bool hasValue, TResponse value) = await TryReadAsync(cancellationToken).ConfigureAwait(false);
            if (!hasValue)
            {
                yield break;
            }

            yield return value;
        }
    }

    public void Cancel()
    {
        _call.Connection.Cancel(_call, new GrpcCallException(StatusCode.Canceled, "cancelled by the client"));
    }

    public ValueTask DisposeAsync()
    {
        Cancel();
        return ValueTask.CompletedTask;
    }
}
