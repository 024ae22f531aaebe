using System.Threading.Channels;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// The queue between the actors and one client's watch stream. It holds a bounded number of bytes of events: a watcher that
/// finds it full is parked until the client has read most of it, and goes on from where it was.
/// </summary>
/// <param name="rejoin">Told of each parked watcher once there is room.</param>
internal sealed class WatchOutbox(Action<ProxyWatcher> rejoin)
{
    private const long HighBytes = 4 << 20;
    private const long LowBytes = 1 << 20;

    private readonly Channel<(WatchResponse Response, int Size)> _responses =
        Channel.CreateUnbounded<(WatchResponse, int)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Lock _gate = new();
    private readonly HashSet<ProxyWatcher> _parked = [];
    private long _heldBytes;

    /// <summary>Takes events for the watcher; false: the outbox is full, and the watcher is parked.</summary>
    public bool TryPost(ProxyWatcher watcher, WatchResponse response)
    {
        var size = response.CalculateSize();
        lock (_gate)
        {
            if (_heldBytes >= HighBytes)
            {
                _parked.Add(watcher);
                return false;
            }

            _heldBytes += size;
        }

        _responses.Writer.TryWrite((response, size));
        return true;
    }

    /// <summary>Takes what is no event: there are few of these, and a client must have them.</summary>
    public void Post(WatchResponse response) => _responses.Writer.TryWrite((response, 0));

    public ValueTask<bool> WaitAsync(CancellationToken cancellation) => _responses.Reader.WaitToReadAsync(cancellation);

    public bool TryRead(out WatchResponse response)
    {
        if (!_responses.Reader.TryRead(out var next))
        {
            response = null!;
            return false;
        }

        response = next.Response;
        ProxyWatcher[] resumed = [];
        lock (_gate)
        {
            _heldBytes -= next.Size;
            if (_heldBytes <= LowBytes && _parked.Count > 0)
            {
                resumed = [.. _parked];
                _parked.Clear();
            }
        }

        foreach (var watcher in resumed)
        {
            rejoin(watcher);
        }

        return true;
    }

    public void Complete() => _responses.Writer.TryComplete();

    /// <summary>The stream is to end: its client comes back and resumes.</summary>
    public void Fail(GrpcStatus status) => _responses.Writer.TryComplete(status.ToException());
}
