using System.Net.Security;
using System.Net.Sockets;
using ActorEtcd.Host.Grpc;

namespace ActorEtcd.Host.GrpcClient;

/// <summary>
/// One connection: state shared by the callers and the reader. <c>_gate</c> guards everything that is written
/// (streams, windows, output); no foreign code runs under it except the encoding of a request.
/// </summary>
internal sealed partial class Http2Connection : IDisposable
{
    private const int ConnectionWindow = 64 << 20;

    private readonly Lock _gate = new();
    private readonly Socket _socket;

    /// <summary>Null on a connection in clear text, which goes to the socket directly.</summary>
    private readonly SslStream? _tls;

    private readonly RequestHeaderEncoder _encoder;
    private readonly Dictionary<int, ClientCall> _calls = [];
    private readonly Queue<WaitingCall> _waitingForStream = [];
    private readonly TaskCompletionSource _settingsReceived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MethodState?[] _methods = new MethodState?[16];
    private int _nextStreamId = 1;
    private GrpcCallException? _closedBecause;

    public Http2Connection(Socket socket, SslStream? tls, string authority, GrpcChannelOptions options)
    {
        _socket = socket;
        _tls = tls;
        Options = options;
        _encoder = new RequestHeaderEncoder(authority, isSecure: tls != null);
    }

    public GrpcChannelOptions Options { get; }

    public bool IsOpen => Volatile.Read(ref _closedBecause) == null;

    public bool TakesCalls => IsOpen && !Volatile.Read(ref _goingAway) && Volatile.Read(ref _nextStreamId) > 0;

    /// <summary>Sends the preface and starts reading; completes when the server's settings have arrived.</summary>
    public Task StartAsync()
    {
        lock (_gate)
        {
            AppendPreface();
        }

        FlushUnlessDeferred();
        StartKeepAlive();
        _ = ReadLoopAsync();
        return _settingsReceived.Task;
    }

    private void AppendPreface()
    {
        _filling.Append(Http2.Preface);
        _filling.AppendFrameHeader(12, Http2.Settings, 0, 0);
        AppendSetting(Http2.SettingEnablePush, 0);
        AppendSetting(Http2.SettingInitialWindow, (uint)Options.StreamWindowBytes);
        AppendWindowUpdate(0, ConnectionWindow - Http2.DefaultWindow);
    }

    public ValueTask<TResponse> StartUnary<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request)
    {
        UnaryCall<TRequest, TResponse> call;
        bool flush;
        lock (_gate)
        {
            MethodState state = StateOf(method);
            call = state.Idle.TryPop(out ClientCall? idle)
                ? (UnaryCall<TRequest, TResponse>)idle
                : new UnaryCall<TRequest, TResponse>(this, state, method);
            BeginLocked(call, method, request, hasRequest: true, endStream: true);
            flush = TakeFlushLocked();
        }

        if (flush)
        {
            Flush();
        }

        return call.Task;
    }

    public ValueTask<TResponse> StartUnary<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        TRequest request,
        TimeSpan? deadline,
        IReadOnlyList<KeyValuePair<string, string>>? metadata,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        UnaryCall<TRequest, TResponse> call;
        lock (_gate)
        {
            call = new UnaryCall<TRequest, TResponse>(this, StateOf(method), method) { Reusable = false };
            Prepare(call, deadline, metadata);
            BeginLocked(call, method, request, hasRequest: true, endStream: true);
        }

        FlushUnlessDeferred();
        ValueTask<TResponse> result = call.Task;
        Watch(call, deadline, cancellationToken);
        return result;
    }

    public StreamCall<TRequest, TResponse> StartStream<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        TimeSpan? deadline,
        IReadOnlyList<KeyValuePair<string, string>>? metadata,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StreamCall<TRequest, TResponse> call;
        lock (_gate)
        {
            call = new StreamCall<TRequest, TResponse>(this, StateOf(method), method);
            Prepare(call, deadline, metadata);
            BeginLocked(call, method, default!, hasRequest: false, endStream: false);
        }

        FlushUnlessDeferred();
        Watch(call, deadline, cancellationToken);
        return call;
    }

    /// <summary>Ends the call on our side: the server is told, the caller gets <paramref name="failure"/>.</summary>
    public void Cancel(ClientCall call, Exception failure)
    {
        lock (_gate)
        {
            if (call.Ended)
            {
                return;
            }

            EndLocked(call);
            if (call.StreamId != 0)
            {
                AppendReset(call.StreamId, Http2.ErrorCancel);
            }
        }

        FlushUnlessDeferred();
        call.Complete(failure);
    }

    public void Recycle(ClientCall call)
    {
        lock (_gate)
        {
            call.MethodState.Idle.Push(call);
        }
    }

    public void Dispose()
    {
        Abort(new GrpcCallException(StatusCode.Unavailable, "the channel was closed by the client"));
    }

    private static void Prepare(
        ClientCall call, TimeSpan? deadline, IReadOnlyList<KeyValuePair<string, string>>? metadata)
    {
        if (deadline is { } timeout)
        {
            long milliseconds = Math.Clamp((long)Math.Ceiling(timeout.TotalMilliseconds), 1, 99_999_999);
            call.TimeoutHeader = milliseconds + "m";
        }

        call.Metadata = metadata;
    }

    private void Watch(ClientCall call, TimeSpan? deadline, CancellationToken cancellationToken)
    {
        if (deadline is { } timeout)
        {
            call.DeadlineTimer = new Timer(
                static state =>
                {
                    var late = (ClientCall)state!;
                    late.Connection.Cancel(
                        late, new GrpcCallException(StatusCode.DeadlineExceeded, "context deadline exceeded"));
                },
                call,
                timeout < TimeSpan.Zero ? TimeSpan.Zero : timeout,
                Timeout.InfiniteTimeSpan);
        }

        if (cancellationToken.CanBeCanceled)
        {
            call.Cancellation = cancellationToken.UnsafeRegister(
                (state, token) => Cancel((ClientCall)state!, new OperationCanceledException(token)), call);
        }

        bool endedMeanwhile;
        lock (_gate)
        {
            endedMeanwhile = call.Ended;
        }

        if (endedMeanwhile)
        {
            call.DeadlineTimer?.Dispose();
            call.Cancellation.Unregister();
        }
    }

    private MethodState StateOf(GrpcMethod method)
    {
        if (method.Number >= _methods.Length)
        {
            Array.Resize(ref _methods, Math.Max(method.Number + 1, _methods.Length * 2));
        }

        return _methods[method.Number] ??= new MethodState(method);
    }

    /// <summary>Takes the call off every list and lets a waiting one start. Invariant: once per call.</summary>
    private void EndLocked(ClientCall call)
    {
        call.Ended = true;
        _calls.Remove(call.StreamId);
        if (call.Unsent is { Count: > 0 } unsent)
        {
            foreach (PendingSend pending in unsent)
            {
                pending.Sent?.TrySetException(CallEnded());
            }

            unsent.Clear();
        }

        StartWaitingLocked();
    }

    private static GrpcCallException CallEnded()
    {
        return new GrpcCallException(StatusCode.Canceled, "the call has ended");
    }

    private void Abort(GrpcCallException reason)
    {
        List<ClientCall> failed;
        lock (_gate)
        {
            if (_closedBecause != null)
            {
                return;
            }

            _closedBecause = reason;
            _aliveTimer?.Dispose();
            IEnumerable<ClientCall> waiting = _waitingForStream.Select(entry => entry.Call).Where(call => !call.Ended);
            failed = [.. _calls.Values, .. waiting];
            _waitingForStream.Clear();
            foreach (ClientCall call in failed)
            {
                EndLocked(call);
            }
        }

        _socket.Dispose();
        _settingsReceived.TrySetException(reason);
        foreach (ClientCall call in failed)
        {
            call.Complete(new GrpcCallException(reason.Code, reason.Detail, reason.InnerException));
        }
    }
}
