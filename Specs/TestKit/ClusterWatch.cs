using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Specs.TestKit;

/// <summary>
/// Watches a range of keys as a client library does: after a lost connection or a long silence it goes on at the next
/// member, from the revision after the last one it has seen. Events of one revision come in one response.
/// </summary>
internal abstract class ClusterWatch : IAsyncDisposable
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(50);

    private readonly IReadOnlyList<MemberProcess> _members;
    private readonly ByteString _key;
    private readonly ByteString _rangeEnd;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Task _running;
    private int _member;
    private long _nextRevision;

    protected ClusterWatch(IReadOnlyList<MemberProcess> members, int first, ByteString key, ByteString rangeEnd, long fromRevision)
    {
        _members = members;
        _member = first;
        _key = key;
        _rangeEnd = rangeEnd;
        _nextRevision = fromRevision;
        _running = RunAsync();
    }

    /// <summary>How often the watch had to be opened again.</summary>
    public int Resumptions { get; private set; }

    public long NextRevision => Volatile.Read(ref _nextRevision);

    /// <summary>A member that is silent for so long is left for the next.</summary>
    protected virtual TimeSpan SilenceMax => Timeout.InfiniteTimeSpan;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    /// <summary>Reads what <see cref="Take"/> has gathered.</summary>
    protected T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    /// <summary>Everything before the revision was told, so that a watch from there on misses nothing.</summary>
    protected void GoOnFrom(long revision) => Volatile.Write(ref _nextRevision, Math.Max(_nextRevision, revision));

    protected abstract void Take(MemberProcess member, Event change);

    /// <summary>Adds what a kind of watch asks for besides its range and its beginning.</summary>
    protected virtual void Ask(WatchCreateRequest request)
    {
    }

    /// <summary>The member says that it has told everything up to the revision.</summary>
    protected virtual void OnProgress(MemberProcess member, long revision)
    {
    }

    protected virtual void OnCanceled(MemberProcess member, WatchResponse response)
    {
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await WatchOnceAsync(_members[_member % _members.Count]);
            }
            catch (GrpcCallException)
            {
                using var pause = new PeriodicTimer(PauseAfterFailure);
                await pause.WaitForNextTickAsync();
            }
            catch (OperationCanceledException)
            {
                // Silence, which is what a paused member gives, or the end of the run.
            }

            _member++;
            Resumptions++;
        }
    }

    private async Task WatchOnceAsync(MemberProcess member)
    {
        await using GrpcChannel channel = await member.ConnectAsync(ConnectWithin, _stop.Token);
        await using DuplexCall<WatchRequest, WatchResponse> watch = channel.Duplex(EtcdMethods.Watch);
        var request = new WatchCreateRequest { Key = _key, RangeEnd = _rangeEnd, StartRevision = NextRevision };
        Ask(request);
        await watch.WriteAsync(new WatchRequest { CreateRequest = request });
        while (true)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            silence.CancelAfter(SilenceMax);
            WatchResponse response = await watch.ReadAsync(silence.Token);
            if (response.Canceled)
            {
                OnCanceled(member, response);
                return;
            }

            TakeAll(member, response);
        }
    }

    private void TakeAll(MemberProcess member, WatchResponse response)
    {
        lock (_gate)
        {
            foreach (Event change in response.Events)
            {
                Take(member, change);
            }

            if (response.Events.Count == 0 && !response.Created)
            {
                OnProgress(member, response.Header.Revision);
            }

            if (response.Events.Count > 0)
            {
                Volatile.Write(ref _nextRevision, response.Events[^1].Kv.ModRevision + 1);
            }
        }
    }
}
