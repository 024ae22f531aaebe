using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// The renewals that clients of one identity ask for, over one stream to the cluster. Who asks while a renewal of the same
/// lease is under way, or right after one, has its answer.
/// </summary>
internal sealed class LeaseRenewals(Upstream upstream, CallContext context) : IAsyncDisposable
{
    private const int AnswersRemembered = 10_000;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _opening = new(1);
    private readonly Dictionary<long, TaskCompletionSource<LeaseKeepAliveResponse>> _pending = [];
    private readonly Dictionary<long, (LeaseKeepAliveResponse Answer, long At)> _answers = [];
    private DuplexCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse>? _call;
    private Task _reading = Task.CompletedTask;

    /// <summary>Clients' streams that use it. Guarded by its owner.</summary>
    public int Users { get; set; }

    /// <exception cref="GrpcStatusException">The cluster refuses, or cannot be reached.</exception>
    public async Task<LeaseKeepAliveResponse> RenewAsync(long lease, CancellationToken cancellation)
    {
        TaskCompletionSource<LeaseKeepAliveResponse>? own = null;
        Task<LeaseKeepAliveResponse> answer;
        lock (_gate)
        {
            if (Recent(lease) is { } recent)
            {
                return recent;
            }

            if (!_pending.TryGetValue(lease, out var pending))
            {
                pending = own = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _pending.Add(lease, pending);
            }

            answer = pending.Task;
        }

        if (own is not null)
        {
            await SendAsync(lease, own);
        }

        try
        {
            return await answer.WaitAsync(AnswerWithin, cancellation);
        }
        catch (TimeoutException)
        {
            // Another endpoint may know better; all who wait here come back and ask there.
            _call?.Cancel();
            throw EtcdErrors.Timeout.ToException();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_call is { } call)
        {
            await call.DisposeAsync();
        }

        await _reading;
        _opening.Dispose();
    }

    // What is left of a lease is told rounded down: its owner must not believe in it longer than the cluster does.
    private LeaseKeepAliveResponse? Recent(long lease)
    {
        if (!_answers.TryGetValue(lease, out var last))
        {
            return null;
        }

        var age = TimeSpan.FromMilliseconds(Environment.TickCount64 - last.At);
        var left = (long)Math.Floor(last.Answer.TTL - age.TotalSeconds);
        return left >= 1 && age.TotalSeconds * 10 <= last.Answer.TTL && age < TimeSpan.FromSeconds(1)
            ? new LeaseKeepAliveResponse(last.Answer) { TTL = left }
            : null;
    }

    private async Task SendAsync(long lease, TaskCompletionSource<LeaseKeepAliveResponse> pending)
    {
        try
        {
            var call = await OpenAsync();
            await call.WriteAsync(new LeaseKeepAliveRequest { ID = lease });
        }
        catch (Exception failure) when (failure is GrpcCallException or GrpcStatusException or OperationCanceledException)
        {
            Fail(lease, pending, AsStatus(failure));
        }
    }

    private async Task<DuplexCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse>> OpenAsync()
    {
        await _opening.WaitAsync();
        try
        {
            if (_call is { } open)
            {
                return open;
            }

            var channel = await upstream.PickAsync(CallContext.Own(timeout: null, CancellationToken.None));
            var call = channel.Duplex(EtcdMethods.LeaseKeepAlive, metadata: context.Metadata);
            _call = call;
            _reading = ReadAsync(call);
            return call;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task ReadAsync(DuplexCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call)
    {
        try
        {
            while (true)
            {
                Complete(await call.ReadAsync());
            }
        }
        catch (GrpcCallException failure)
        {
            _call = null;
            TaskCompletionSource<LeaseKeepAliveResponse>[] lost;
            lock (_gate)
            {
                lost = [.. _pending.Values];
                _pending.Clear();
            }

            foreach (var pending in lost)
            {
                pending.TrySetException(AsStatus(failure));
            }
        }
    }

    private void Complete(LeaseKeepAliveResponse answer)
    {
        TaskCompletionSource<LeaseKeepAliveResponse>? pending;
        lock (_gate)
        {
            _pending.Remove(answer.ID, out pending);
            if (_answers.Count >= AnswersRemembered)
            {
                _answers.Clear();
            }

            _answers[answer.ID] = (answer, Environment.TickCount64);
        }

        pending?.TrySetResult(answer);
    }

    private void Fail(long lease, TaskCompletionSource<LeaseKeepAliveResponse> pending, GrpcStatusException failure)
    {
        lock (_gate)
        {
            if (_pending.TryGetValue(lease, out var current) && current == pending)
            {
                _pending.Remove(lease);
            }
        }

        pending.TrySetException(failure);
    }

    private static GrpcStatusException AsStatus(Exception failure) => failure switch
    {
        GrpcStatusException status => status,
        GrpcCallException { Code: StatusCode.Canceled or StatusCode.Unknown } => EtcdErrors.Stopped.ToException(),
        GrpcCallException call => Upstream.StatusOf(call).ToException(),
        _ => GrpcStatus.Canceled.ToException(),
    };
}
