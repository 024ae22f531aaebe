using System.Diagnostics;
using System.Globalization;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Host.Services;

/// <summary>Many watchers, and clients that do not read what they watch.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class WatchLoadSpec(ITestOutputHelper output)
{
    private const int Mebibyte = 1024 * 1024;
    private const int SilentClients = 32;
    private const int Puts = 600;
    private const int ValueBytes = 64 * 1024;
    private const long GrowthMax = 256L * Mebibyte;

    /// <summary>A single wait can be the machine's own, for a disk that others use too; silent clients would hold up every put.</summary>
    private const int SlowMax = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LatencyMax = TimeSpan.FromSeconds(1);
    private static readonly ByteString Key = ByteString.CopyFromUtf8("k");

    [Fact]
    public async Task Clients_that_do_not_read_cost_a_bounded_number_of_bytes_and_nobody_elses_time()
    {
        await using SingleServer alone = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        using var stillness = new Stillness();
        (long expected, _) = await LoadAsync(alone, stillness);
        await using SingleServer server = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        var silent = new List<SilentWatchClient>();
        try
        {
            for (int i = 0; i < SilentClients; i++)
            {
                silent.Add(await SilentWatchClient.OpenAsync(
                    server.Process.Settings.ClientPort, new WatchCreateRequest { Key = Key, PrevKv = true }));
            }

            using var http = new HttpClient();
            var metrics = new Uri($"http://{server.Process.Endpoint}/metrics");
            await Poll.UntilAsync("all watchers to be there", Patience, async () =>
                (await http.GetStringAsync(metrics)).Contains($"etcd_debugging_mvcc_watcher_total {SilentClients}\n", StringComparison.Ordinal));
            (long actual, TimeSpan[] waits) = await LoadAsync(server, stillness);
            int slow = waits.Count(static wait => wait > LatencyMax);
            long unread = (long)SilentClients * Puts * ValueBytes * 2;
            output.WriteLine(
                $"{unread / Mebibyte} MiB unread; {expected / Mebibyte} MiB without and {actual / Mebibyte} MiB with them; "
                    + $"worst put and event of others {waits.Max()}; {stillness}");
            Assert.True(actual - expected < GrowthMax, $"{(actual - expected) / Mebibyte} MiB for clients that do not read");
            Assert.True(slow <= SlowMax, $"another client waited more than {LatencyMax} {slow} times, at most {waits.Max()}");
        }
        finally
        {
            silent.ForEach(static client => client.Dispose());
        }
    }

    [Fact]
    public async Task Hundreds_of_watchers_on_a_stream_and_a_thousand_streams_all_see_every_event()
    {
        const int WatchersOfOneStream = 400;
        const int Streams = 1_000;
        const int Events = 10;
        await using SingleServer server = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        var streams = new List<DuplexCall<WatchRequest, WatchResponse>>();
        for (int i = 0; i < Streams; i++)
        {
            streams.Add(server.Channel.Duplex(EtcdMethods.Watch));
            await streams[i].WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = Key } });
        }

        DuplexCall<WatchRequest, WatchResponse> wide = server.Channel.Duplex(EtcdMethods.Watch);
        for (int i = 0; i < WatchersOfOneStream; i++)
        {
            await wide.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = Key } });
        }

        for (int i = 0; i < WatchersOfOneStream; i++)
        {
            Assert.True((await ReadAsync(wide)).Created);
        }

        await Task.WhenAll(streams.Select(async stream => Assert.True((await ReadAsync(stream)).Created)));
        long first = 0;
        for (int i = 0; i < Events; i++)
        {
            PutResponse put = await server.Channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key });
            first = first == 0 ? put.Header.Revision : first;
        }

        long[] expected = [.. Enumerable.Range(0, Events).Select(i => first + i)];
        long[][] seen = await Task.WhenAll(streams.Select(stream => RevisionsAsync(stream, Events)));
        Assert.All(seen, revisions => Assert.Equal(expected, revisions));
        var ofWatcher = new Dictionary<long, List<long>>();
        while (ofWatcher.Values.Sum(static revisions => revisions.Count) < WatchersOfOneStream * Events)
        {
            WatchResponse response = await ReadAsync(wide);
            ofWatcher.TryAdd(response.WatchId, []);
            ofWatcher[response.WatchId].AddRange(response.Events.Select(static change => change.Kv.ModRevision));
        }

        Assert.Equal(WatchersOfOneStream, ofWatcher.Count);
        Assert.All(ofWatcher.Values, revisions => Assert.Equal(expected, revisions));
    }

    /// <summary>
    /// Puts while another client watches; the memory of the process at the end, and the time from each put to its event, but for
    /// those in which the machine or its disk stood still.
    /// </summary>
    private static async Task<(long MemoryBytes, TimeSpan[] Waits)> LoadAsync(SingleServer server, Stillness stillness)
    {
        await using GrpcChannel other = await server.Process.ConnectAsync();
        await using DuplexCall<WatchRequest, WatchResponse> watch = other.Duplex(EtcdMethods.Watch);
        await watch.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = Key } });
        await ReadAsync(watch);
        var value = ByteString.CopyFrom(new byte[ValueBytes]);
        var waits = new TimeSpan[Puts];
        for (int i = 0; i < Puts; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await server.Channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = Key, Value = value });
            Assert.Single((await ReadAsync(watch)).Events);
            TimeSpan wait = Stopwatch.GetElapsedTime(start);
            bool isOfTheMachine = wait > LatencyMax && stillness.Explains(DateTimeOffset.UtcNow, LatencyMax / 4, LatencyMax / 2, wait);
            waits[i] = isOfTheMachine ? TimeSpan.Zero : wait;
        }

        return (MemoryOf(server.Process.ProcessId), waits);
    }

    private static long MemoryOf(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").Single(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static async Task<long[]> RevisionsAsync(DuplexCall<WatchRequest, WatchResponse> stream, int count)
    {
        var revisions = new List<long>();
        while (revisions.Count < count)
        {
            revisions.AddRange((await ReadAsync(stream)).Events.Select(static change => change.Kv.ModRevision));
        }

        return [.. revisions];
    }

    private static Task<WatchResponse> ReadAsync(DuplexCall<WatchRequest, WatchResponse> stream)
        => stream.ReadAsync().AsTask().WaitAsync(Patience);
}
