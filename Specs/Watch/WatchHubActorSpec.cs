using System.Collections.Immutable;
using ActorEtcd.Messages;
using ActorEtcd.Specs.Apply;
using ActorEtcd.Watch;
using Akka.Actor;
using Xunit;

namespace ActorEtcd.Specs.Watch;

public sealed class WatchHubActorSpec() : WatchSpecBase(Quiet)
{
    private const int Steps = 250;

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Watchers_get_every_event_of_their_range_once_in_order_and_whole(int seed)
    {
        var random = new Random(seed);
        var commands = new RandomCommands(random);
        var streams = new List<WatchedStream> { new(Open) };
        for (var step = 0; step < Steps; step++)
        {
            var stream = streams[random.Next(streams.Count)];
            switch (random.Next(20))
            {
                case < 9: Apply(commands.Batch(Applied.Store)); break;
                case < 13: stream.Create(RandomWatch(random)); break;
                case 13: stream.Cancel(random); break;
                case 14: stream.Pause(); break;
                case 15 or 16: stream.Resume(); break;
                case 17: CompactPhysically(); break;
                case 18: stream.RequestProgress(); break;
                case 19 when random.Next(4) == 0: ReplaceStore(commands.Batch(Applied.Store)); break;
                case 19 when streams.Count < 4: streams.Add(new WatchedStream(Open)); break;
            }
        }

        foreach (var stream in streams)
        {
            stream.Resume();
            stream.CheckAll(History, Views.Current.CompactRevision, $"seed {seed}");
        }
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 20)];

    [Fact]
    public void Watcher_of_a_future_revision_gets_nothing_before_it()
    {
        var sink = new RecordingSink();
        var stream = Open(sink);
        stream.Tell(Watch("a", start: Revision + 3));
        Put("a", "1");
        Put("a", "2");
        Put("a", "3");

        var update = sink.WaitFor(u => !u.Events.IsEmpty, "the event of the start revision");

        Assert.Equal([Revision], update.Events.Select(e => e.Revision));
    }

    [Fact]
    public void Watcher_of_a_compacted_revision_is_cancelled_with_the_compact_revision()
    {
        Put("a", "1");
        Put("a", "2");
        Put("a", "3");
        Apply(new CompactionRequest(3));
        var sink = new RecordingSink();
        Open(sink).Tell(Watch("a", start: 2));

        var update = sink.WaitFor(u => u.Canceled, "the cancellation");

        Assert.Equal(3, update.CompactRevision);
        Assert.Equal(0, update.WatchId);
        Assert.True(sink.Updates[0].Created);
        Assert.All(sink.Updates, u => Assert.Empty(u.Events));
    }

    [Fact]
    public void Watcher_of_the_compact_revision_itself_gets_it_without_the_record_before()
    {
        Put("a", "1");
        Put("a", "2");
        Put("a", "3");
        Apply(new CompactionRequest(3));
        CompactPhysically();
        var sink = new RecordingSink();
        Open(sink).Tell(Watch("a", start: 3) with { PrevKv = true });

        sink.WaitUntil(updates => updates.Sum(u => u.Events.Length) == 2, "two events");

        var events = sink.Updates.SelectMany(u => u.Events).ToArray();
        Assert.Equal([3, 4], events.Select(e => e.Revision));
        Assert.True(events[0].PrevKv.IsEmpty);
        Assert.False(events[1].PrevKv.IsEmpty);
    }

    [Fact]
    public void Watcher_paused_on_a_quiet_range_outlives_a_compaction_of_what_it_does_not_watch()
    {
        var sink = new RecordingSink();
        var stream = Open(sink);
        stream.Tell(Watch("loud"));
        stream.Tell(Watch("quiet"));
        stream.Tell(RequestProgress.Instance);
        sink.WaitFor(u => u.WatchId == WatchUpdate.NoWatchId, "both watchers live");
        Put("loud", "1");
        Put("loud", "2");
        sink.WaitUntil(updates => updates.Sum(u => u.Events.Length) == 2, "two loud events");
        sink.IsFull = true;
        Put("loud", "3");
        sink.WaitUntil(updates => updates.Sum(u => u.Events.Length) == 3, "the event that fills the sink");
        Apply(new CompactionRequest(Revision));
        sink.IsFull = false;
        stream.Tell(SinkDrained.Instance);
        Put("quiet");

        var update = sink.WaitFor(u => u.WatchId == 1 && !u.Created, "what became of the quiet watcher");

        Assert.False(update.Canceled);
        Assert.Equal("quiet", Assert.Single(update.Events).Key.ToString());
    }

    [Fact]
    public void Replaced_store_is_read_for_what_was_missed()
    {
        var sink = new RecordingSink();
        var stream = Open(sink);
        stream.Tell(Watch("a"));
        stream.Tell(RequestProgress.Instance);
        sink.WaitFor(u => u.WatchId == WatchUpdate.NoWatchId, "a live watcher");
        ReplaceStore(AppliedStore.Put("a", "missed"), AppliedStore.Put("b", "not watched"));
        Put("a", "live again");

        sink.WaitUntil(updates => updates.Sum(u => u.Events.Length) == 2, "both events");

        Assert.Equal([2, 4], sink.Updates.SelectMany(u => u.Events).Select(e => e.Revision));
    }

    [Fact]
    public void Watchers_of_a_stopped_stream_are_gone()
    {
        var sink = new RecordingSink();
        var stream = Open(sink);
        stream.Tell(Watch("a"));
        stream.Tell(RequestProgress.Instance);
        sink.WaitFor(u => u.WatchId == WatchUpdate.NoWatchId, "a live watcher");
        Watch(stream);

        stream.Tell(PoisonPill.Instance);

        ExpectTerminated(stream);
        sink.WaitForEnd();
        Put("a");
        var other = new RecordingSink();
        Open(other).Tell(Watch("a", start: 2));
        other.WaitFor(u => !u.Events.IsEmpty, "the event at another stream");
        Assert.All(sink.Updates, u => Assert.Empty(u.Events));
    }

    private CreateWatch RandomWatch(Random random)
    {
        ImmutableArray<(string Key, string End)> ranges = [("k", "\0"), ("k003", ""), ("k002", "k006"), ("\0", "\0"), ("k007", "\0")];
        var (key, end) = ranges[random.Next(ranges.Length)];
        var start = random.Next(4) switch
        {
            0 => 0,
            1 => Revision + random.Next(1, 10),
            _ => random.NextInt64(Math.Max(1, Revision - 60), Revision + 1),
        };
        return Watch(key, end, start) with
        {
            PrevKv = random.Next(2) == 0,
            NoPut = random.Next(8) == 0,
            NoDelete = random.Next(8) == 0,
            Fragment = random.Next(4) == 0,
        };
    }
}
