using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Cli.Ctl.Client;

/// <summary>
/// Watches over one stream. A stream that breaks is opened again, at another endpoint if need be, and every watch goes on
/// behind the last event that it had: none is lost and none comes twice.
/// </summary>
internal sealed class WatchSession : IDisposable
{
    private readonly CtlClient _client;
    private readonly List<Watch> _watches = [];
    private readonly SemaphoreSlim _writing = new(1);
    private DuplexCall<WatchRequest, WatchResponse>? _call;
    private Task? _running;

    public WatchSession(CtlClient client)
    {
        _client = client;
    }

    /// <summary>True: nothing happened up to the revision of the header.</summary>
    public static bool IsProgress(WatchResponse answer)
        => answer is { Events.Count: 0, Canceled: false, Created: false, CompactRevision: 0, Header.Revision: not 0 };

    /// <summary>Why the server ended a watch.</summary>
    public static string ReasonOf(WatchResponse answer)
    {
        if (answer.CompactRevision != 0)
        {
            return "etcdserver: mvcc: required revision has been compacted";
        }

        return answer.CancelReason.Length > 0
            ? new CtlRpcException(StatusCode.FailedPrecondition, answer.CancelReason).Message
            : "etcdserver: mvcc: required revision is a future revision";
    }

    /// <summary>Begins a watch; its answers but the first are handed to <paramref name="handle"/>, one after the other.</summary>
    public async Task AddAsync(WatchCreateRequest request, Func<WatchResponse, Task> handle)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            var watch = new Watch(_watches.Count + 1, request, handle);
            _watches.Add(watch);
            if (_call is { } call)
            {
                await SendAsync(call, watch).ConfigureAwait(false);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public async Task RequestProgressAsync()
    {
        if (_call is { } call)
        {
            await call.WriteAsync(new WatchRequest { ProgressRequest = new WatchProgressRequest() }).ConfigureAwait(false);
        }
    }

    public void Dispose() => _writing.Dispose();

    /// <summary>Runs beside the caller, once.</summary>
    public void Start(CancellationToken cancel, Action<Exception> onFailure)
    {
        _running ??= RunAsync(cancel).ContinueWith(
            run => onFailure(run.Exception!.InnerException!),
            cancel,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
    }

    /// <summary>Runs until no watch is left or <paramref name="cancel"/> is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested && _watches.Any(static watch => !watch.IsOver))
        {
            await using var call = await _client.StreamAsync(EtcdMethods.Watch, requiresLeader: true).ConfigureAwait(false);
            await BeginAsync(call).ConfigureAwait(false);
            try
            {
                await ReadAsync(call, cancel).ConfigureAwait(false);
            }
            catch (GrpcCallException failure) when (failure.Code == StatusCode.Unavailable)
            {
                _call = null;
                await _client.ReconnectAsync().ConfigureAwait(false);
            }
            catch (GrpcCallException failure)
            {
                throw new CtlRpcException(failure.Code, failure.Detail);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static async Task SendAsync(DuplexCall<WatchRequest, WatchResponse> call, Watch watch)
    {
        try
        {
            await call.WriteAsync(new WatchRequest { CreateRequest = watch.Request() }).ConfigureAwait(false);
        }
        catch (GrpcCallException)
        {
            // The reader sees why, and begins all watches anew.
        }
    }

    private async Task BeginAsync(DuplexCall<WatchRequest, WatchResponse> call)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            foreach (var watch in _watches.Where(static watch => !watch.IsOver))
            {
                await SendAsync(call, watch).ConfigureAwait(false);
            }

            _call = call;
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAsync(DuplexCall<WatchRequest, WatchResponse> call, CancellationToken cancel)
    {
        while (_watches.Any(static watch => !watch.IsOver))
        {
            var answer = await call.ReadAsync(cancel).ConfigureAwait(false);
            foreach (var watch in _watches.Where(watch => !watch.IsOver && (watch.Id == answer.WatchId || answer.WatchId < 0)).ToArray())
            {
                await watch.HandleAsync(answer).ConfigureAwait(false);
            }
        }
    }

    private sealed class Watch(long id, WatchCreateRequest request, Func<WatchResponse, Task> handle)
    {
        private long _next = request.StartRevision;
        private WatchResponse? _fragments;

        public long Id => id;

        public bool IsOver { get; private set; }

        public WatchCreateRequest Request()
        {
            _fragments = null;
            return new WatchCreateRequest(request) { StartRevision = _next, WatchId = id };
        }

        public async Task HandleAsync(WatchResponse answer)
        {
            if (answer.Canceled)
            {
                IsOver = true;
            }
            else if (answer.Created)
            {
                // From now on: whatever happens behind this revision is to be seen even if the stream breaks at once.
                _next = _next == 0 ? answer.Header.Revision + 1 : _next;
                return;
            }

            if (answer.Fragment || _fragments != null)
            {
                _fragments ??= new WatchResponse { Header = answer.Header, WatchId = answer.WatchId };
                _fragments.Events.Add(answer.Events);
                if (answer.Fragment)
                {
                    return;
                }

                (answer, _fragments) = (_fragments, null);
            }

            if (answer.Events.Count > 0)
            {
                _next = answer.Events[^1].Kv.ModRevision + 1;
            }
            else if (IsProgress(answer))
            {
                _next = Math.Max(_next, answer.Header.Revision + 1);
            }

            await handle(answer).ConfigureAwait(false);
        }
    }
}
