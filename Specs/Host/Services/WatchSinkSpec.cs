using System.Collections.Concurrent;
using ActorEtcd.Host.Metrics;
using ActorEtcd.Host.Services;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Watch;
using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Host.Services;

/// <summary>The queue between a watch stream's actor and its connection, and the word with which each lets the other go on.</summary>
public sealed class WatchSinkSpec : PatientTestKit
{
    private const int Mebibyte = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly WatchUpdate Small = UpdateOf(100);
    private static readonly WatchUpdate Large = UpdateOf(5 * Mebibyte);

    private readonly WatchSink _sink = new();

    public WatchSinkSpec() => _sink.Attach(TestActor);

    [Fact]
    public void Updates_are_read_in_their_order_and_the_end_comes_last()
    {
        WatchUpdate[] written = [.. Enumerable.Range(0, 10).Select(id => Small with { WatchId = id })];
        Assert.All(written, update => Assert.True(_sink.Write(update)));
        _sink.Complete();

        var read = new List<WatchUpdate>();
        while (_sink.TryRead(out WatchUpdate? update))
        {
            read.Add(update);
        }

        Assert.Equal(written, read);
        Assert.False(_sink.WaitAsync(CancellationToken.None).AsTask().WaitAsync(Patience).GetAwaiter().GetResult());
        ExpectNoMsg(TimeSpan.FromMilliseconds(30));
    }

    [Fact]
    public void Events_in_the_queue_are_counted_until_they_are_read_or_thrown_away()
    {
        var pending = new Gauge();
        var sink = new WatchSink(pending);
        foreach (int _ in Enumerable.Range(0, 3))
        {
            sink.Write(Small);
        }

        Assert.Equal(3, pending.Value);
        Assert.True(sink.TryRead(out _));
        Assert.Equal(2, pending.Value);
        sink.Complete();
        sink.Write(Small);
        Assert.Equal(2, pending.Value);
        sink.Discard();
        Assert.Equal(0, pending.Value);
    }

    [Fact]
    public void Full_sink_takes_more_but_says_so_and_tells_once_when_it_has_room()
    {
        Assert.True(_sink.Write(UpdateOf(3 * Mebibyte)));
        Assert.False(_sink.Write(UpdateOf(2 * Mebibyte)));
        Assert.False(_sink.Write(Small));

        Assert.True(_sink.TryRead(out _));
        ExpectNoMsg(TimeSpan.FromMilliseconds(30));
        Assert.True(_sink.TryRead(out _));
        ExpectMsg<SinkDrained>();
        Assert.True(_sink.TryRead(out _));
        Assert.False(_sink.TryRead(out _));
        ExpectNoMsg(TimeSpan.FromMilliseconds(30));
        Assert.True(_sink.Write(Small));
    }

    // The reader may empty the sink between the writer's count and its mark of fullness. Whichever way the two meet, a
    // writer that was told to pause must be told to go on.
    [Fact]
    public async Task Writer_that_paused_always_hears_of_room_however_fast_the_reader_is()
    {
        const int Updates = 20_000;
        using var drained = new BlockingCollection<object>();
        _sink.Attach(Sys.ActorOf(Props.Create(() => new Forwarder(drained))));
        Task<int> reading = ReadAllAsync();
        await Task.Factory.StartNew(
            () =>
            {
                for (int written = 0; written < Updates; written++)
                {
                    if (!_sink.Write(Large) && !drained.TryTake(out _, Patience))
                    {
                        throw new TimeoutException($"waited {Patience} for room after {written} of {Updates} updates");
                    }
                }

                _sink.Complete();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        Assert.Equal(Updates, await reading.WaitAsync(Patience));
        Assert.Empty(drained);
    }

    private async Task<int> ReadAllAsync()
    {
        await Task.Yield();
        int read = 0;
        while (await _sink.WaitAsync(CancellationToken.None))
        {
            while (_sink.TryRead(out _))
            {
                read++;
            }
        }

        return read;
    }

    private static WatchUpdate UpdateOf(int bytes) => new(0, 1)
    {
        Events = [new WatchEvent(1, false, Bytes.FromUtf8("k"), new byte[bytes], default)],
    };

    private sealed class Forwarder(BlockingCollection<object> target) : UntypedActor
    {
        protected override void OnReceive(object message) => target.Add(message);
    }
}
