using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Cluster;

/// <summary>
/// Watches a prefix as a client library does: after a lost connection it goes on at another member, from the
/// revision after the last one it has seen. Events of one revision come in one response.
/// </summary>
internal sealed class ResumingWatch : IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(50);

    private readonly IReadOnlyList<MemberProcess> _members;
    private readonly string _prefix;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(string Key, long Revision)> _events = [];
    private readonly Task _running;
    private int _member;
    private long _nextRevision;

    public ResumingWatch(IReadOnlyList<MemberProcess> members, int first, string prefix, long fromRevision)
    {
        _members = members;
        _member = first;
        _prefix = prefix;
        _nextRevision = fromRevision;
        _running = RunAsync();
    }

    /// <summary>How often the watch had to be opened again.</summary>
    public int Resumptions { get; private set; }

    public (string Key, long Revision)[] Events
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
                return;
            }

            _member++;
            Resumptions++;
        }
    }

    private async Task WatchOnceAsync(MemberProcess member)
    {
        await using GrpcChannel channel = await member.ConnectAsync();
        await using DuplexCall<WatchRequest, WatchResponse> watch = channel.Duplex(EtcdMethods.Watch);
        byte[] end = System.Text.Encoding.UTF8.GetBytes(_prefix);
        end[^1]++;
        await watch.WriteAsync(new WatchRequest
        {
            CreateRequest = new WatchCreateRequest
            {
                Key = ByteString.CopyFromUtf8(_prefix),
                RangeEnd = ByteString.CopyFrom(end),
                StartRevision = _nextRevision,
            },
        });
        await foreach (WatchResponse response in watch.ReadAllAsync(_stop.Token))
        {
            if (response.Canceled)
            {
                return;
            }

            lock (_events)
            {
                foreach (Event change in response.Events)
                {
                    _events.Add((change.Kv.Key.ToStringUtf8(), change.Kv.ModRevision));
                    _nextRevision = change.Kv.ModRevision + 1;
                }
            }
        }
    }
}
