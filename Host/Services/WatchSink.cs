using System.Threading.Channels;
using ActorEtcd.Host.Metrics;
using ActorEtcd.Watch;
using Akka.Actor;

namespace ActorEtcd.Host.Services;

/// <summary>
/// The queue between a stream's actor and the connection. Holds a bounded number of bytes: above the high mark the
/// actor pauses its watchers, below the low mark it lets them go on.
/// </summary>
/// <param name="pendingEvents">Counts the events that are in the queue.</param>
internal sealed class WatchSink(Gauge? pendingEvents = null) : IWatchSink
{
    private const long HighBytes = 4 * 1024 * 1024;
    private const long LowBytes = 1024 * 1024;

    private readonly Channel<WatchUpdate> _updates =
        Channel.CreateUnbounded<WatchUpdate>(new UnboundedChannelOptions { SingleReader = true });

    private long _heldBytes;
    private int _isFull;
    private IActorRef? _stream;

    public bool Write(WatchUpdate update)
    {
        var held = Interlocked.Add(ref _heldBytes, update.Size);
        CountEvents(update.Events.Length);
        if (!_updates.Writer.TryWrite(update))
        {
            CountEvents(-update.Events.Length);
        }

        if (held <= HighBytes)
        {
            return true;
        }

        // The reader may have taken everything out since: then it saw no full sink, and nobody would say that there is
        // room. One of the two sees what the other did, since both write before they read.
        Interlocked.Exchange(ref _isFull, 1);
        return Interlocked.Read(ref _heldBytes) <= LowBytes && Interlocked.Exchange(ref _isFull, 0) == 1;
    }

    /// <summary>Tells the sink who is to hear that there is room again.</summary>
    public void Attach(IActorRef stream) => _stream = stream;

    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _updates.Reader.WaitToReadAsync(cancellationToken);

    public bool TryRead(out WatchUpdate update)
    {
        if (!_updates.Reader.TryRead(out update!))
        {
            return false;
        }

        CountEvents(-update.Events.Length);
        if (Interlocked.Add(ref _heldBytes, -update.Size) <= LowBytes && Interlocked.Exchange(ref _isFull, 0) == 1)
        {
            _stream?.Tell(SinkDrained.Instance);
        }

        return true;
    }

    public void Complete() => _updates.Writer.TryComplete();

    /// <summary>Throws away what nobody reads any more; called when nobody does.</summary>
    public void Discard()
    {
        while (TryRead(out _))
        {
        }
    }

    private void CountEvents(int events)
    {
        if (events != 0)
        {
            pendingEvents?.Add(events);
        }
    }
}
