using ActorEtcd.Messages;
using ActorEtcd.Specs.Apply;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Watch;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Watch;

public sealed class WatchStreamActorSpec() : WatchSpecBase(Quiet.WithFallback(VirtualTimeScheduler.Config))
{
    private readonly RecordingSink _sink = new();

    [Fact]
    public void Ids_are_chosen_around_those_that_the_client_chose()
    {
        var stream = Open(_sink);
        stream.Tell(Watch("a") with { WatchId = 1 });
        stream.Tell(Watch("a"));
        stream.Tell(Watch("a"));

        _sink.WaitUntil(updates => updates.Count == 3, "three watchers");

        Assert.Equal([1, 0, 2], _sink.Updates.Select(u => u.WatchId));
        Assert.All(_sink.Updates, u => Assert.True(u.Created && !u.Canceled));
    }

    [Fact]
    public void Creations_are_answered_in_their_order()
    {
        var stream = Open(_sink);
        var ids = Enumerable.Range(1, 200).Select(id => (long)(id * 7 % 211)).ToArray();
        foreach (var id in ids)
        {
            stream.Tell(Watch("a") with { WatchId = id });
        }

        _sink.WaitUntil(updates => updates.Count == ids.Length, "all creations");

        Assert.Equal(ids, _sink.Updates.Select(u => u.WatchId));
    }

    [Fact]
    public void Id_in_use_is_refused_and_a_freed_one_is_taken_again()
    {
        var stream = Open(_sink);
        stream.Tell(Watch("a") with { WatchId = 5 });
        stream.Tell(Watch("b") with { WatchId = 5 });
        stream.Tell(new CancelWatch(5));
        stream.Tell(Watch("c") with { WatchId = 5 });
        stream.Tell(RequestProgress.Instance);
        _sink.WaitUntil(updates => updates.Count == 5, "four answers and the progress");
        Put("a");
        Put("c");

        var refusal = _sink.Updates[1];
        Assert.True(refusal.Created && refusal.Canceled);
        Assert.Equal(WatchUpdate.NoWatchId, refusal.WatchId);
        Assert.Equal("mvcc: duplicate watch ID provided on the WatchStream", refusal.CancelReason);
        var update = _sink.WaitFor(u => !u.Events.IsEmpty, "the event of the second watcher");
        Assert.Equal("c", Assert.Single(update.Events).Key.ToString());
    }

    [Fact]
    public void Id_of_a_watcher_that_a_compaction_overtook_is_taken_until_it_is_cancelled()
    {
        Put("a");
        Put("a");
        Put("a");
        Apply(new CompactionRequest(4, Physical: false));
        var stream = Open(_sink);
        stream.Tell(Watch("a", start: 2) with { WatchId = 5 });
        var canceled = _sink.WaitFor(static update => update.CompactRevision != 0, "the end of the watcher");
        stream.Tell(Watch("a") with { WatchId = 5 });
        stream.Tell(new CancelWatch(5));
        stream.Tell(Watch("a") with { WatchId = 5 });
        _sink.WaitUntil(static updates => updates.Count == 5, "three more answers");

        Assert.Equal((true, 4L, 0L), (canceled.Canceled, canceled.CompactRevision, canceled.HeaderRevision));
        Assert.Equal("mvcc: duplicate watch ID provided on the WatchStream", _sink.Updates[2].CancelReason);
        Assert.True(_sink.Updates[3].Canceled);
        Assert.True(_sink.Updates[4] is { Created: true, Canceled: false });
    }

    [Fact]
    public void Empty_range_is_refused()
    {
        Open(_sink).Tell(Watch("b", "a"));

        var refusal = _sink.WaitFor(u => u.Canceled, "the refusal");

        Assert.True(refusal.Created);
        Assert.Equal(WatchUpdate.NoWatchId, refusal.WatchId);
        Assert.Equal("mvcc: watcher range is empty", refusal.CancelReason);
    }

    [Fact]
    public void Cancelling_an_unknown_id_says_nothing()
    {
        var stream = Open(_sink);
        stream.Tell(new CancelWatch(3));
        stream.Tell(Watch("a"));

        _sink.WaitUntil(updates => updates.Count == 1, "the creation");

        Assert.True(_sink.Updates[0].Created);
    }

    [Fact]
    public void Filters_leave_out_puts_or_deletes()
    {
        var stream = Open(_sink);
        stream.Tell(Watch("a", start: 2) with { WatchId = 1, NoPut = true });
        stream.Tell(Watch("a", start: 2) with { WatchId = 2, NoDelete = true });
        Put("a");
        Apply(AppliedStore.Delete("a"));

        _sink.WaitUntil(updates => updates.Sum(u => u.Events.Length) == 2, "one event each");

        Assert.True(Assert.Single(EventsOf(1)).IsDelete);
        Assert.False(Assert.Single(EventsOf(2)).IsDelete);
    }

    [Fact]
    public void Response_that_is_too_large_comes_in_fragments_of_whole_events()
    {
        var stream = Open(_sink);
        stream.Tell(Watch("a", "b", start: 2) with { Fragment = true });
        var puts = Enumerable.Range(0, 9).Select(i => (RequestOp)AppliedStore.Put($"a{i}", new string('v', 50)));
        Apply(new TxnRequest([], [.. puts], []));

        _sink.WaitUntil(updates => updates.Sum(u => u.Events.Length) == 9, "nine events");

        var responses = _sink.Updates.Where(u => !u.Events.IsEmpty).ToArray();
        Assert.True(responses.Length > 1, $"{responses.Length} responses");
        Assert.All(responses, u => Assert.True(u.Events.Sum(u.SizeOf) <= FragmentBytes));
        Assert.All(responses[..^1], u => Assert.True(u.Fragment));
        Assert.False(responses[^1].Fragment);
    }

    [Fact]
    public void Progress_of_a_stream_without_watchers_is_the_newest_revision()
    {
        Put("a");
        Open(_sink).Tell(RequestProgress.Instance);

        var update = _sink.WaitFor(u => u.WatchId == WatchUpdate.NoWatchId, "the progress");

        Assert.Equal(Revision, update.HeaderRevision);
    }

    [Fact]
    public void Progress_request_is_answered_although_a_watcher_is_cancelled_while_it_is_counted()
    {
        var stream = Open(_sink);
        stream.Tell(Watch("a"));
        stream.Tell(RequestProgress.Instance);
        stream.Tell(new CancelWatch(0));

        _sink.WaitFor(u => u.WatchId == WatchUpdate.NoWatchId, "the progress");
    }

    [Fact]
    public void Progress_waits_for_the_history_of_a_watcher_that_came_while_it_was_counted()
    {
        for (var i = 0; i < 1000; i++)
        {
            Put("a", $"{i}");
        }

        var stream = Open(_sink);
        stream.Tell(Watch("b"));
        stream.Tell(RequestProgress.Instance);
        stream.Tell(Watch("a", start: 2));
        stream.Tell(RequestProgress.Instance);

        _sink.WaitFor(u => u.WatchId == WatchUpdate.NoWatchId && u.HeaderRevision == Revision, "the progress");

        var before = _sink.Updates.TakeWhile(u => u.WatchId != WatchUpdate.NoWatchId);
        var isCreated = before.Any(u => u.Created && u.WatchId == 1);
        Assert.Equal(isCreated ? 1000 : 0, before.Sum(u => u.Events.Length));
    }

    [Fact]
    public void Silent_watcher_that_asked_for_it_tells_its_progress_and_others_do_not()
    {
        var stream = Open(_sink);
        stream.Tell(Watch("a") with { ProgressNotify = true });
        stream.Tell(Watch("a"));
        stream.Tell(RequestProgress.Instance);
        _sink.WaitFor(u => u.WatchId == WatchUpdate.NoWatchId, "both watchers live");
        Put("b");

        ((TestScheduler)Sys.Scheduler).Advance(ProgressInterval);

        var update = _sink.WaitFor(u => !u.Created && u.WatchId == 0, "the notification");
        Assert.Empty(update.Events);
        Assert.Equal(Revision, update.HeaderRevision);
        Assert.DoesNotContain(_sink.Updates, u => !u.Created && u.WatchId == 1);
    }

    [Fact]
    public void Watcher_that_sent_events_since_the_last_notification_stays_silent()
    {
        var stream = Open(_sink);
        stream.Tell(Watch("a", start: 2) with { ProgressNotify = true });
        Put("a");
        _sink.WaitFor(u => !u.Events.IsEmpty, "the event");

        ((TestScheduler)Sys.Scheduler).Advance(ProgressInterval);
        stream.Tell(RequestProgress.Instance);
        _sink.WaitFor(u => u.WatchId == WatchUpdate.NoWatchId, "the answer behind the notification");
        Assert.Single(_sink.Updates, u => u.WatchId == 0 && !u.Created);

        ((TestScheduler)Sys.Scheduler).Advance(ProgressInterval);
        _sink.WaitUntil(updates => updates.Count(u => u.WatchId == 0 && !u.Created) == 2, "the notification of the next interval");
    }

    [Fact]
    public void Full_sink_gets_no_more_than_a_few_turns_of_history()
    {
        const int ValueBytes = 4096;
        const int Count = 4000;
        for (var i = 0; i < Count; i += 100)
        {
            Apply([.. Enumerable.Range(i, 100).Select(n => AppliedStore.Put("a", new string((char)('a' + (n % 26)), ValueBytes)))]);
        }

        _sink.IsFull = true;
        var stream = Open(_sink);
        stream.Tell(Watch("a", start: 2));
        stream.Tell(Watch("b") with { WatchId = 9 });
        _sink.WaitFor(u => u.Created && u.WatchId == 9, "the second creation");
        Watch(stream);
        stream.Tell(SinkDrained.Instance);
        _sink.WaitFor(u => !u.Events.IsEmpty, "the first history");
        stream.Tell(PoisonPill.Instance);
        ExpectTerminated(stream);

        var held = _sink.Updates.Sum(u => u.Size);
        Assert.True(held <= 3L * WatchSettings.SliceBytes, $"{held} bytes in a full sink, of {(long)Count * ValueBytes}");
    }

    [Fact]
    public void Stream_of_a_watcher_that_fails_ends_instead_of_going_on_without_it()
    {
        var stream = Open(_sink);
        Watch(stream);
        stream.Tell(Watch("a"));
        stream.Tell(RequestProgress.Instance);
        _sink.WaitFor(u => u.WatchId == WatchUpdate.NoWatchId, "a live watcher");

        Sys.ActorSelection(stream.Path / "*").Tell(Kill.Instance);

        ExpectTerminated(stream);
        _sink.WaitForEnd();
    }

    private WatchEvent[] EventsOf(long id) => [.. _sink.Updates.Where(u => u.WatchId == id).SelectMany(u => u.Events)];
}
