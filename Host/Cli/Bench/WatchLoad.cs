using System.Buffers.Binary;
using System.Diagnostics;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Cli.Bench;

/// <summary>
/// watch: watchers on the keys of the key space, then puts on them. An event's latency runs from the moment its put
/// was sent, which the value carries, to its arrival at a watcher.
/// </summary>
internal sealed class WatchLoad(BenchOptions options)
{
    public const int StampSize = 8;
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(10);

    private readonly LoadRun _puts = new(options);
    private readonly LatencyHistogram _eventLatencies = new();
    private readonly KeySource _keys = new(options);
    private readonly long[] _watchersOfKey = new long[options.KeySpaceSize];
    private long _expectedEvents;
    private long _events;
    private long _lastEventAt;

    public static async Task<BenchResult> RunAsync(BenchOptions options)
    {
        return await new WatchLoad(options).RunAsync();
    }

    private async Task<BenchResult> RunAsync()
    {
        BenchConnection[] connections = await BenchConnections.OpenAsync(options);
        long opening = Stopwatch.GetTimestamp();
        var streams = new DuplexCall<WatchRequest, WatchResponse>[options.Streams];
        for (int i = 0; i < streams.Length; i++)
        {
            streams[i] = connections[i % connections.Length].Channel.Duplex(EtcdMethods.Watch);
            await CreateWatchersAsync(streams[i], first: (long)i * options.WatchersPerStream);
        }

        double openingSeconds = Stopwatch.GetElapsedTime(opening).TotalSeconds;
        Task[] readers = [.. streams.Select(ReadAsync)];
        long start = Stopwatch.GetTimestamp();
        BenchResult result = await _puts.CompleteAsync(Enumerable.Range(0, options.Clients).Select(
            client => PutAsync(connections[client % connections.Length])));
        await DrainAsync();
        long end = Math.Max(start + 1, Volatile.Read(ref _lastEventAt));
        double seconds = Stopwatch.GetElapsedTime(start, end).TotalSeconds;
        foreach (DuplexCall<WatchRequest, WatchResponse> stream in streams)
        {
            await stream.DisposeAsync();
        }

        await Task.WhenAll(readers);
        Report(result, openingSeconds, seconds);
        await BenchConnections.CloseAsync(connections);
        return result;
    }

    private void Report(BenchResult result, double openingSeconds, double seconds)
    {
        long watchers = (long)options.Streams * options.WatchersPerStream;
        result.Add("watchers", watchers);
        result.Add("watchers_per_second", Math.Round(watchers / openingSeconds, 1));
        result.Add("events", _events);
        result.Add("events_missing", _expectedEvents - _events);
        result.Add("events_per_second", Math.Round(_events / seconds, 1));
        result.Add("event_latency_ms_average", Math.Round(_eventLatencies.MeanNanoseconds / 1e6, 3));
        result.Add("event_latency_ms_p50", Math.Round(_eventLatencies.Percentile(50) / 1e6, 3));
        result.Add("event_latency_ms_p99", Math.Round(_eventLatencies.Percentile(99) / 1e6, 3));
        result.Add("event_latency_ms_max", Math.Round(_eventLatencies.MaxNanoseconds / 1e6, 3));
    }

    private async Task CreateWatchersAsync(DuplexCall<WatchRequest, WatchResponse> stream, long first)
    {
        for (int i = 0; i < options.WatchersPerStream; i++)
        {
            long number = (first + i) % options.KeySpaceSize;
            _watchersOfKey[number]++;
            var key = new byte[options.KeySize];
            KeySource.Write(number, key);
            await stream.WriteAsync(new WatchRequest
            {
                CreateRequest = new WatchCreateRequest { Key = ByteString.CopyFrom(key) },
            });
        }

        for (int created = 0; created < options.WatchersPerStream;)
        {
            WatchResponse response = await stream.ReadAsync();
            created += response.Created ? 1 : 0;
        }
    }

    private async Task PutAsync(BenchConnection connection)
    {
        var key = new byte[options.KeySize];
        var value = new byte[options.ValueSize];
        while (_puts.TryTake(out long number))
        {
            long since = await _puts.DueAsync(number).ConfigureAwait(false);
            long keyNumber = _keys.Next();
            KeySource.Write(keyNumber, key);
            BinaryPrimitives.WriteInt64LittleEndian(value, Stopwatch.GetTimestamp());
            try
            {
                var put = new PutRequest { Key = ByteString.CopyFrom(key), Value = ByteString.CopyFrom(value) };
                await connection.Channel.UnaryAsync(EtcdMethods.Put, put).ConfigureAwait(false);
                Interlocked.Add(ref _expectedEvents, _watchersOfKey[keyNumber]);
                _puts.Succeeded(number, since);
            }
            catch (GrpcCallException failure)
            {
                _puts.Failed(number, failure);
                await connection.ReopenAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task ReadAsync(DuplexCall<WatchRequest, WatchResponse> stream)
    {
        try
        {
            await foreach (WatchResponse response in stream.ReadAllAsync().ConfigureAwait(false))
            {
                long now = Stopwatch.GetTimestamp();
                foreach (Event change in response.Events)
                {
                    long sent = BinaryPrimitives.ReadInt64LittleEndian(change.Kv.Value.Span);
                    _eventLatencies.Record((long)Stopwatch.GetElapsedTime(sent, now).TotalNanoseconds);
                }

                Volatile.Write(ref _lastEventAt, now);
                Interlocked.Add(ref _events, response.Events.Count);
            }
        }
        catch (GrpcCallException)
        {
            // Closed by the run's end, or lost: then the missing events are reported.
        }
    }

    private async Task DrainAsync()
    {
        long idleSince = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _events) < Volatile.Read(ref _expectedEvents))
        {
            long last = Math.Max(idleSince, Volatile.Read(ref _lastEventAt));
            if (Stopwatch.GetElapsedTime(last) > IdleMax)
            {
                return;
            }

            await Task.Delay(1);
        }
    }
}
