using System.Collections.Immutable;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Specs.Conformance;

/// <summary>
/// One watch stream on which requests and answers go to and fro. Keeps what each watcher saw, and checks that no word of
/// progress runs ahead of events.
/// </summary>
internal sealed class WatchConversation : IAsyncDisposable
{
    private readonly DuplexCall<WatchRequest, WatchResponse> _call;
    private readonly object _gate = new();
    private readonly SortedDictionary<long, List<string>> _seen = [];
    private readonly Dictionary<long, long> _progressOf = [];
    private readonly List<string> _violations = [];
    private readonly Task _reading;
    private int _answers;
    private int _events;

    public WatchConversation(GrpcChannel channel)
    {
        _call = channel.Duplex(EtcdMethods.Watch);
        _reading = ReadAsync();
    }

    /// <summary>Creations and cancellations that were answered.</summary>
    public int Answers => Volatile.Read(ref _answers);

    public int Events => Volatile.Read(ref _events);

    /// <summary>Words of progress for the whole stream.</summary>
    public int Progress { get; private set; }

    public ImmutableArray<string> Violations
    {
        get
        {
            lock (_gate)
            {
                return [.. _violations];
            }
        }
    }

    public ValueTask SendAsync(WatchRequest request) => _call.WriteAsync(request);

    /// <summary>What the watchers saw, one after the other; between two of them there is no order.</summary>
    public string[] Lines()
    {
        lock (_gate)
        {
            return [.. _seen.SelectMany(static watcher => watcher.Value.Select(line => $"{watcher.Key}: {line}"))];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _call.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (WatchResponse response in _call.ReadAllAsync())
            {
                lock (_gate)
                {
                    Take(response);
                }
            }
        }
        catch (GrpcCallException failure) when (failure.Code == StatusCode.Canceled)
        {
            // The conversation was ended here.
        }
    }

    private void Take(WatchResponse response)
    {
        List<string> lines = Of(response.WatchId);
        if (response.Created || response.Canceled)
        {
            lines.Add($"created {response.Created} canceled {response.Canceled} {response.CompactRevision} {response.CancelReason}");
            _progressOf.Remove(response.WatchId);
            if (response is { Created: true, Canceled: false })
            {
                _progressOf[response.WatchId] = 0;
            }

            Volatile.Write(ref _answers, _answers + 1);
            return;
        }

        if (response is { WatchId: -1, Events.Count: 0 })
        {
            Progress++;
            foreach (long id in _progressOf.Keys)
            {
                _progressOf[id] = response.Header.Revision;
            }

            return;
        }

        foreach (Event change in response.Events)
        {
            lines.Add(JsonFormatter.Default.Format(change));
            if (change.Kv.ModRevision <= _progressOf.GetValueOrDefault(response.WatchId))
            {
                _violations.Add($"watcher {response.WatchId} got {change} after progress up to {_progressOf[response.WatchId]}");
            }
        }

        Volatile.Write(ref _events, _events + response.Events.Count);
    }

    private List<string> Of(long id)
    {
        if (!_seen.TryGetValue(id, out List<string>? lines))
        {
            _seen[id] = lines = [];
        }

        return lines;
    }
}
