using System.Diagnostics;
using System.Net.Sockets;
using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.GrpcClient;

/// <content>
/// A connection that blocks: no reader runs; whoever waits for a call reads the socket. The states and the frames are the
/// same.
/// </content>
internal sealed partial class Http2Connection
{
    /// <summary>Bytes at the beginning of <c>_input</c> that are no whole frame yet.</summary>
    private int _inputCount;

    /// <summary>Sends the preface. The first call need not wait for the server's settings.</summary>
    public void StartBlocking()
    {
        lock (_gate)
        {
            AppendPreface();
        }
    }

    public TResponse RunUnary<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        TRequest request,
        TimeSpan? deadline,
        IReadOnlyList<KeyValuePair<string, string>>? metadata)
    {
        long begin = Stopwatch.GetTimestamp();
        UnaryCall<TRequest, TResponse> call;
        lock (_gate)
        {
            call = new UnaryCall<TRequest, TResponse>(this, StateOf(method), method) { Reusable = false };
            Prepare(call, deadline, metadata);
            BeginLocked(call, method, request, hasRequest: true, endStream: true);
        }

        FlushUnlessDeferred();
        while (!call.Ended)
        {
            ReadOnce(call, deadline is { } limit ? limit - Stopwatch.GetElapsedTime(begin) : null);
        }

        return call.Task.Result;
    }

    private void ReadOnce(ClientCall call, TimeSpan? left)
    {
        if (left <= TimeSpan.Zero)
        {
            Cancel(call, new GrpcCallException(StatusCode.DeadlineExceeded, "context deadline exceeded"));
            return;
        }

        try
        {
            _socket.ReceiveTimeout = left is { } limit ? (int)Math.Min(int.MaxValue, Math.Ceiling(limit.TotalMilliseconds)) : 0;
            Span<byte> free = _input.AsSpan(_inputCount);
            int read = _tls?.Read(free) ?? _socket.Receive(free);
            if (read == 0)
            {
                Abort(new GrpcCallException(StatusCode.Unavailable, "the server closed the connection"));
                return;
            }

            _inputCount += read;
            int used = Dispatch(_input.AsSpan(0, _inputCount));
            _inputCount -= used;
            _input.AsSpan(used, _inputCount).CopyTo(_input);
        }
        catch (GrpcCallException failure)
        {
            Abort(failure);
        }
        catch (Exception failure) when (IsTimeout(failure))
        {
            Cancel(call, new GrpcCallException(StatusCode.DeadlineExceeded, "context deadline exceeded"));
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or IOException)
        {
            Abort(new GrpcCallException(StatusCode.Unavailable, "connection lost: " + failure.Message, failure));
        }
    }

    private static bool IsTimeout(Exception failure)
        => (failure as SocketException ?? failure.InnerException as SocketException)?.SocketErrorCode
            is SocketError.TimedOut or SocketError.WouldBlock;

    private void FlushBlocking()
    {
        try
        {
            while (true)
            {
                lock (_gate)
                {
                    if (_filling.Count == 0 || _closedBecause != null)
                    {
                        _flushing = false;
                        return;
                    }

                    (_filling, _sending) = (_sending, _filling);
                    _filling.Clear();
                }

                if (_tls != null)
                {
                    _tls.Write(_sending.Written.Span);
                    continue;
                }

                ReadOnlySpan<byte> rest = _sending.Written.Span;
                while (!rest.IsEmpty)
                {
                    rest = rest[_socket.Send(rest)..];
                }
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or IOException)
        {
            Abort(new GrpcCallException(StatusCode.Unavailable, "connection lost: " + failure.Message, failure));
        }
    }
}
