using System.Threading.Channels;
using ActorEtcd.V2;

namespace ActorEtcd.Host.Http.V2;

/// <summary>The client's end of a watch: what the hub tells waits here until it is written.</summary>
internal sealed class V2Watcher : IV2Watcher
{
    /// <summary>Events that a slow client may be behind before it is dropped; etcd's figure.</summary>
    private const int EventsMax = 100;

    private readonly Channel<V2Event> _events = Channel.CreateBounded<V2Event>(EventsMax);
    private readonly TaskCompletionSource<(ulong Index, V2Error? Error)> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The store's index at which the watch began, or why it did not.</summary>
    public Task<(ulong Index, V2Error? Error)> StartedAsync => _started.Task;

    public ChannelReader<V2Event> Events => _events.Reader;

    public void Started(ulong storeIndex) => _started.TrySetResult((storeIndex, null));

    public void Refused(V2Error error) => _started.TrySetResult((0, error));

    public bool TryPush(V2Event happened) => _events.Writer.TryWrite(happened);

    public void Ended()
    {
        _started.TrySetResult((0, new V2Error(V2ErrorCode.RaftInternal, "etcdserver: server stopped", 0)));
        _events.Writer.TryComplete();
    }
}
