using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.Host.GrpcProxy;

/// <summary>One watch on a stream of its own, with all that it was told.</summary>
internal sealed class ProxiedWatch : IAsyncDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(120);

    private readonly DuplexCall<WatchRequest, WatchResponse> _call;
    private readonly object _gate = new();
    private readonly List<WatchResponse> _responses = [];
    private readonly Task _reading;
    private volatile GrpcCallException? _failure;

    private ProxiedWatch(DuplexCall<WatchRequest, WatchResponse> call)
    {
        _call = call;
        _reading = ReadAsync();
    }

    /// <summary>Everything that came, in order.</summary>
    public IReadOnlyList<WatchResponse> Responses
    {
        get
        {
            lock (_gate)
            {
                return [.. _responses];
            }
        }
    }

    public IReadOnlyList<Event> Events => [.. Responses.SelectMany(static response => response.Events)];

    /// <summary>Returns when the watch has been answered.</summary>
    public static async Task<ProxiedWatch> StartAsync(
        GrpcChannel channel, WatchCreateRequest create, IReadOnlyList<KeyValuePair<string, string>>? metadata = null)
    {
        DuplexCall<WatchRequest, WatchResponse> call = channel.Duplex(EtcdMethods.Watch, metadata: metadata);
        await call.WriteAsync(new WatchRequest { CreateRequest = create });
        var watch = new ProxiedWatch(call);
        await watch.UntilAsync("the watch to be answered", static seen => seen.Responses.Count > 0 || seen._failure is not null);
        return watch.Responses.Count > 0 ? watch : throw watch._failure!;
    }

    public Task UntilAsync(string what, Func<ProxiedWatch, bool> condition)
        => Poll.UntilAsync(what, Within, () => Task.FromResult(condition(this)));

    public ValueTask SendAsync(WatchRequest request) => _call.WriteAsync(request);

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
                    _responses.Add(response);
                }
            }
        }
        catch (GrpcCallException failure)
        {
            // The spec is over, or looks for what did not come.
            _failure = failure;
        }
    }
}
