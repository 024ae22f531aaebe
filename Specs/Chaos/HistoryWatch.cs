using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// Records every change of the key space. It prefers one member and goes on at the next after a failure, from the
/// revision behind the last one it has seen.
/// </summary>
internal sealed class HistoryWatch : IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(4);

    private readonly IReadOnlyList<MemberProcess> _members;
    private readonly ChaosLog _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<HistoryEvent> _events = [];
    private readonly Task _running;
    private int _member;
    private long _nextRevision = 2;

    public HistoryWatch(IReadOnlyList<MemberProcess> members, int first, ChaosLog log)
    {
        _members = members;
        _member = first;
        _log = log;
        _running = RunAsync();
    }

    public long NextRevision => Volatile.Read(ref _nextRevision);

    public HistoryEvent[] Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
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
        }
    }

    private async Task WatchOnceAsync(MemberProcess member)
    {
        await using GrpcChannel channel = await GrpcChannel.ConnectAsync(
            "127.0.0.1", member.Settings.ClientPort, cancellationToken: _stop.Token);
        await using DuplexCall<WatchRequest, WatchResponse> watch = channel.Duplex(EtcdMethods.Watch);
        await watch.WriteAsync(new WatchRequest
        {
            CreateRequest = new WatchCreateRequest
            {
                Key = ByteString.CopyFromUtf8("\0"),
                RangeEnd = ByteString.CopyFromUtf8("\0"),
                StartRevision = NextRevision,
            },
        });
        while (true)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            silence.CancelAfter(SilenceMax);
            WatchResponse response = await watch.ReadAsync(silence.Token);
            if (response.Canceled)
            {
                _log.Violation($"{member.Settings.Name} cancelled the watch from {NextRevision}: compacted "
                    + $"{response.CompactRevision}, reason '{response.CancelReason}'");
                return;
            }

            Take(member, response);
        }
    }

    private void Take(MemberProcess member, WatchResponse response)
    {
        lock (_events)
        {
            foreach (Event change in response.Events)
            {
                long revision = change.Kv.ModRevision;
                if (revision < _nextRevision)
                {
                    _log.Violation($"{member.Settings.Name} told revision {revision} again, or out of order: "
                        + $"expected {_nextRevision} or later");
                }

                bool isPut = change.Type == Event.Types.EventType.Put;
                _events.Add(new HistoryEvent(
                    revision, change.Kv.Key.ToStringUtf8(), isPut ? change.Kv.Value.ToStringUtf8() : null));
            }

            if (response.Events.Count > 0)
            {
                Volatile.Write(ref _nextRevision, response.Events[^1].Kv.ModRevision + 1);
            }
        }
    }
}
