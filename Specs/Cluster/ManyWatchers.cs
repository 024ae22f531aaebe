using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Cluster;

/// <summary>Streams of many watchers of one key each, and how many events they were told.</summary>
internal sealed class ManyWatchers(IReadOnlyList<MemberProcess> members) : IAsyncDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(300);

    private readonly List<GrpcChannel> _channels = [];
    private readonly List<Task> _reading = [];
    private readonly CancellationTokenSource _stop = new();
    private long _created;
    private long _told;

    /// <summary>Returns when all watchers are there.</summary>
    public async Task OpenAsync(string key, int streams, int watchersOfEach)
    {
        var create = new WatchRequest { CreateRequest = new WatchCreateRequest { Key = ByteString.CopyFromUtf8(key) } };
        for (int stream = 0; stream < streams; stream++)
        {
            GrpcChannel channel = await members[stream % members.Count].ConnectAsync();
            _channels.Add(channel);
            var call = channel.Duplex(EtcdMethods.Watch);
            _reading.Add(ReadAsync(call));
            for (int watcher = 0; watcher < watchersOfEach; watcher++)
            {
                await call.WriteAsync(create);
            }
        }

        long expected = (long)streams * watchersOfEach;
        await Poll.UntilAsync($"{expected} watchers", Within, () => Reached(ref _created, expected));
    }

    public Task ToldAsync(long events) => Poll.UntilAsync($"{events} events", Within, () => Reached(ref _told, events));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (GrpcChannel channel in _channels)
        {
            await channel.DisposeAsync();
        }

        await Task.WhenAll(_reading);
        _stop.Dispose();
    }

    private static Task<bool> Reached(ref long count, long expected)
    {
        long now = Interlocked.Read(ref count);
        return now >= expected ? Task.FromResult(true) : throw new InvalidOperationException($"{now} so far");
    }

    private async Task ReadAsync(DuplexCall<WatchRequest, WatchResponse> call)
    {
        try
        {
            await foreach (WatchResponse answer in call.ReadAllAsync(_stop.Token))
            {
                Interlocked.Add(ref _told, answer.Events.Count);
                Interlocked.Add(ref _created, answer.Created && !answer.Canceled ? 1 : 0);
            }
        }
        catch (Exception over) when (_stop.IsCancellationRequested && over is GrpcCallException or OperationCanceledException)
        {
            // The spec has seen what it wanted.
        }
    }
}
