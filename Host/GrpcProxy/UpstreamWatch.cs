using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Akka.Actor;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// One watch at the cluster, which any number of clients' watches share. It lasts: when its connection is lost it goes on at
/// another endpoint, behind the last that was told. What comes is handed to the actor of the range one piece at a time, so
/// that what the clients do not take stays in the cluster.
/// </summary>
#pragma warning disable CA1001 // A source without a timer holds nothing to be freed.
internal sealed class UpstreamWatch(Upstream upstream, KeyNamespace space, RevisionsSeen seen, IActorRef owner, ProxyWatcher source)
#pragma warning restore CA1001
{
    /// <summary>In answers that are for all watches of a stream.</summary>
    public const long NoWatchId = -1;

    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private long _next = source.Next;
    private DuplexCall<WatchRequest, WatchResponse>? _call;
    private ProxyWatcher _source = source;

    /// <summary>On whose behalf it is opened, the next time. Invariant: one of those who receive.</summary>
    public ProxyWatcher Source
    {
        get => Volatile.Read(ref _source);
        set => Volatile.Write(ref _source, value);
    }

    public void Start() => _ = RunAsync();

    public void Stop() => _stop.Cancel();

    /// <summary>Asks the cluster to say, with <see cref="NoWatchId"/>, how far everything is told. Without a connection nobody hears it.</summary>
    public void AskProgress()
    {
        if (Volatile.Read(ref _call) is { } call)
        {
            // Whether it could be sent is seen by whoever reads.
            _ = call.WriteAsync(new WatchRequest { ProgressRequest = new WatchProgressRequest() }).AsTask()
                .ContinueWith(static sent => _ = sent.Exception, TaskScheduler.Default);
        }
    }

    private async Task RunAsync()
    {
        var pause = PauseMin;
        while (!_stop.IsCancellationRequested)
        {
            var from = Source;
            try
            {
                if (await ReceiveAsync(from))
                {
                    return;
                }

                pause = PauseMin;
            }
            catch (GrpcStatusException refusal) when (IsFinal(refusal.Status.Code))
            {
                owner.Tell(new UpstreamRefused(this, from, refusal.Status));
                return;
            }
            catch (GrpcStatusException)
            {
                pause = pause + pause < PauseMax ? pause + pause : PauseMax;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            owner.Tell(new UpstreamLost(this));
            await Task.Delay(pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static bool IsFinal(StatusCode code) => code is StatusCode.Unauthenticated or StatusCode.PermissionDenied
        or StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.Unimplemented;

    /// <summary>True: the cluster has ended the watch. False: the stream ended after it had told something.</summary>
    private async Task<bool> ReceiveAsync(ProxyWatcher from)
    {
        var context = CallContext.Own(timeout: null, _stop.Token);
        var channel = await upstream.PickAsync(context);
        var hasTold = false;
        try
        {
            // Progress is asked for whatever the clients want: it moves the place from which the watch goes on.
            await using var call = channel.Duplex(EtcdMethods.Watch, cancellationToken: _stop.Token, metadata: from.Context.Metadata);
            await call.WriteAsync(new WatchRequest
            {
                CreateRequest = new WatchCreateRequest
                {
                    Key = from.Keys.Key,
                    RangeEnd = from.Keys.End,
                    StartRevision = _next,
                    PrevKv = true,
                    ProgressNotify = true,
                },
            });
            Volatile.Write(ref _call, call);
            while (true)
            {
                var response = await call.ReadAsync(_stop.Token);
                hasTold = true;
                await HandAsync(response);
                if (response.Canceled)
                {
                    return true;
                }
            }
        }
        catch (GrpcCallException failure)
        {
            return hasTold && !IsFinal(failure.Code) ? false : throw Upstream.StatusOf(failure).ToException();
        }
        finally
        {
            Volatile.Write(ref _call, null);
        }
    }

    private async Task HandAsync(WatchResponse response)
    {
        var revision = response.Header?.Revision ?? 0;
        seen.Add(revision);
        space.Out(response.Events);
        var isLive = response.Created && revision < _next;
        if (response.Events.Count > 0)
        {
            var last = response.Events[^1].Kv.ModRevision;
            isLive = last == revision;
            _next = Math.Max(_next, last + 1);
        }
        else if (response is { Created: false, Canceled: false, WatchId: not NoWatchId })
        {
            isLive = true;
            _next = Math.Max(_next, revision + 1);
        }

        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        owner.Tell(new UpstreamTold(this, response, _next, isLive, handled));
        await handled.Task.WaitAsync(_stop.Token);
    }
}
