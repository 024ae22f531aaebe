using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// A client's question how far the watches of its stream are complete. It is answered, with the least that the cluster tells
/// of any of them, when all have been told; never, as in etcd, when one of them cannot tell. Any thread.
/// </summary>
internal sealed class ProgressRound(IEnumerable<ProxyWatcher> watchers, long atLeast, WatchOutbox outbox)
{
    private const long NoWatchId = -1;

    private readonly Lock _gate = new();
    private readonly HashSet<ProxyWatcher> _missing = [.. watchers];
    private long _least = long.MaxValue;

    /// <summary>What the client may know of already: an answer that tells less is one to an earlier question.</summary>
    public long AtLeast => atLeast;

    /// <summary>Every event of the watch up to the header's revision is in the outbox.</summary>
    public void Tell(ProxyWatcher watcher, ResponseHeader header)
    {
        lock (_gate)
        {
            if (!_missing.Remove(watcher))
            {
                return;
            }

            _least = Math.Min(_least, header.Revision);
            if (_missing.Count == 0)
            {
                outbox.Post(new WatchResponse { Header = new ResponseHeader(header) { Revision = _least }, WatchId = NoWatchId });
            }
        }
    }
}
