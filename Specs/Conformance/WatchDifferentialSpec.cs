using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;
using Xunit.Abstractions;

namespace ActorEtcd.Specs.Conformance;

/// <summary>
/// Watchers of every kind, on both servers, over the same random history: started in the past, the future and before
/// the compaction, with filters, previous values and ranges. Both see the same.
/// </summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class WatchDifferentialSpec(ITestOutputHelper output)
{
    private const int RequestsBefore = 300;
    private const int RequestsAfter = 300;
    private const int Watchers = 60;
    private const int DefaultSeed = 1001;

    private static readonly TimeSpan QuietLongEnough = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan CatchUpWithin = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Watchers_on_both_servers_see_the_same_events_in_the_same_order()
    {
        int seed = SpecEnvironment.Seed ?? DefaultSeed;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using SingleServer etcd = await SingleServer.StartAsync(ServerKind.Etcd);
        await using SingleServer other = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        var differential = new Differential(etcd.Channel, other.Channel);
        var generator = new RequestGenerator(seed, comparesHashes: true);
        await RunAsync(differential, generator, RequestsBefore, compactions: true);
        var watchers = new List<(WatchRequest Request, WatchRecorder Etcd, WatchRecorder Other)>();
        for (int i = 0; i < Watchers; i++)
        {
            WatchRequest request = RandomWatch(random, generator);
            watchers.Add((
                request,
                await WatchRecorder.OpenAsync(etcd.Channel, [request]),
                await WatchRecorder.OpenAsync(other.Channel, [request])));
        }

        await RunAsync(differential, generator, RequestsAfter, compactions: false);
        Assert.True(differential.Differences == 0, $"seed {seed}\n{differential.Report}");
        foreach ((WatchRequest request, WatchRecorder expected, WatchRecorder actual) in watchers)
        {
            await CompareAsync($"seed {seed}, {request}", expected, actual, anyOrder: false);
            await expected.DisposeAsync();
            await actual.DisposeAsync();
        }
    }

    [Fact]
    public async Task Stream_with_several_watchers_answers_creation_cancellation_and_reuse_alike()
    {
        await using SingleServer etcd = await SingleServer.StartAsync(ServerKind.Etcd);
        await using SingleServer other = await SingleServer.StartAsync(SpecEnvironment.ServerUnderTest);
        WatchRequest[] requests =
        [
            Create(id: 0),
            Create(id: 7),
            Create(id: 0),
            Create(id: 7),
            new WatchRequest { CancelRequest = new WatchCancelRequest { WatchId = 7 } },
            Create(id: 7),
            Create(id: 1),
        ];
        await using WatchRecorder expected = await WatchRecorder.OpenAsync(etcd.Channel, requests);
        await using WatchRecorder actual = await WatchRecorder.OpenAsync(other.Channel, requests);
        var differential = new Differential(etcd.Channel, other.Channel);
        await differential.SendAsync(new PutRequest { Key = ByteString.CopyFromUtf8("a") });
        await CompareAsync("several watchers", expected, actual, anyOrder: true);
    }

    private static WatchRequest Create(long id)
    {
        return new WatchRequest
        {
            CreateRequest = new WatchCreateRequest { Key = ByteString.CopyFromUtf8("a"), WatchId = id },
        };
    }

    private static async Task RunAsync(
        Differential differential, RequestGenerator generator, int requests, bool compactions)
    {
        for (int i = 0; i < requests; i++)
        {
            IMessage request = generator.Next();
            if (request is CompactionRequest && !compactions)
            {
                continue;
            }

            generator.Learn(request, await differential.SendAsync(request, generator));
        }
    }

    private static WatchRequest RandomWatch(Random random, RequestGenerator generator)
    {
        string[] keys = ["", "a", "b", "key/", "key/1", "zz", "\0"];
        string[] ends = ["", "", "\0", "b", "c", "key0", "zzz", "a"];
        var create = new WatchCreateRequest
        {
            Key = ByteString.CopyFromUtf8(keys[random.Next(keys.Length)]),
            RangeEnd = ByteString.CopyFromUtf8(ends[random.Next(ends.Length)]),
            PrevKv = random.Next(2) == 0,
            Fragment = random.Next(4) == 0,
            StartRevision = random.Next(5) switch
            {
                0 => 0,
                1 => generator.Revision + random.Next(20),
                2 => Math.Max(1, generator.Compacted - random.Next(3)),
                _ => random.NextInt64(generator.Compacted, generator.Revision + 1),
            },
        };
        if (create.StartRevision == generator.Compacted)
        {
            // A deletion at the compact revision itself is lost in 3.4 and kept in later versions.
            create.StartRevision++;
        }

        if (random.Next(4) == 0)
        {
            create.Filters.Add((WatchCreateRequest.Types.FilterType)random.Next(2));
        }

        return new WatchRequest { CreateRequest = create };
    }

    /// <summary>Between the watchers of one stream etcd promises no order.</summary>
    private static async Task CompareAsync(string what, WatchRecorder expected, WatchRecorder actual, bool anyOrder)
    {
        try
        {
            // One that is held up has sent less than the other: quiet alone does not tell that it has sent everything.
            await Poll.UntilAsync("both to have sent as much", CatchUpWithin, () => Task.FromResult(
                expected.Quiet > QuietLongEnough && actual.Quiet > QuietLongEnough && actual.Lines.Length == expected.Lines.Length));
        }
        catch (TimeoutException)
        {
            // The comparison below shows what is missing.
        }

        string[] lines = expected.Lines;
        string[] found = actual.Lines;
        if (anyOrder)
        {
            Array.Sort(lines, StringComparer.Ordinal);
            Array.Sort(found, StringComparer.Ordinal);
        }

        int same = lines.Zip(found).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.True(
            same == lines.Length && same == found.Length,
            $"{what}\nequal lines: {same}, expected {lines.Length}, actual {found.Length}\n"
                + $"  expected {lines.ElementAtOrDefault(same)}\n  actual   {found.ElementAtOrDefault(same)}");
    }
}
