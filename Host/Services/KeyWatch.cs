using ActorEtcd.Auth;
using ActorEtcd.Client;
using ActorEtcd.Watch;
using Akka.Actor;

namespace ActorEtcd.Host.Services;

/// <summary>
/// One watcher on a stream of its own, whose updates are awaited: waiting holds no thread. Disposing it ends the
/// watcher.
/// </summary>
internal sealed class KeyWatch : IDisposable
{
    private readonly WatchSink _sink;
    private readonly IActorRef _stream;

    private KeyWatch(WatchSink sink, IActorRef stream)
    {
        _sink = sink;
        _stream = stream;
    }

    /// <summary>Watches a range from a revision on, that one included.</summary>
    /// <exception cref="EtcdException">The requester may not read the range.</exception>
    public static async ValueTask<KeyWatch> OpenAsync(
        EtcdNode node, WatchRange range, long startRevision, Credentials credentials)
    {
        var refused = await node.CheckReadAsync(range.Start, range.End, credentials);
        if (refused != EtcdError.None)
        {
            throw new EtcdException(refused);
        }

        var sink = new WatchSink();
        var stream = await node.OpenWatchStreamAsync(sink);
        sink.Attach(stream);
        stream.Tell(new CreateWatch(range) { StartRevision = startRevision });
        return new KeyWatch(sink, stream);
    }

    /// <summary>The next update; null when the node has ended the stream.</summary>
    public async ValueTask<WatchUpdate?> NextAsync(CancellationToken cancellationToken)
    {
        while (await _sink.WaitAsync(cancellationToken))
        {
            if (_sink.TryRead(out var update))
            {
                return update;
            }
        }

        return null;
    }

    public void Dispose()
    {
        _stream.Tell(PoisonPill.Instance);
        _sink.Complete();
    }
}
