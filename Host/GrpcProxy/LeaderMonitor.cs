using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// Knows whether the cluster has a leader, for clients that want no answers without one: a watch of its own stays open at
/// the cluster only as long as that is so (etcd: <c>grpcproxy/leader</c>).
/// </summary>
internal sealed class LeaderMonitor : IAsyncDisposable
{
    private const long NeverReached = long.MaxValue - 2;

    private static readonly ByteString Key = ByteString.CopyFromUtf8("__lostleader");
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);

    private readonly Upstream _upstream;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private volatile bool _isLost;

    public LeaderMonitor(Upstream upstream)
    {
        _upstream = upstream;
        _watching = WatchAsync();
    }

    /// <summary>True until the contrary is known.</summary>
    public bool HasLeader => !_isLost;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await WatchOnceAsync();
            }
            catch (Exception failure) when (failure is GrpcStatusException or GrpcCallException)
            {
                _isLost = true;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(RetryPause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchOnceAsync()
    {
        var context = CallContext.Own(timeout: null, _stop.Token, requiresLeader: true);
        var channel = await _upstream.PickAsync(context);
        await using var call = channel.Duplex(EtcdMethods.Watch, cancellationToken: _stop.Token, metadata: context.Metadata);
        await call.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = Key, StartRevision = NeverReached } });
        while (true)
        {
            // Where users matter the watch is refused, and the stream, which tells of the leader, stays.
            await call.ReadAsync(_stop.Token);
            _isLost = false;
        }
    }
}
