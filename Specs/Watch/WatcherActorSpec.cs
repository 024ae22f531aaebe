using ActorEtcd.Messages;
using ActorEtcd.Specs.Apply;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using ActorEtcd.Watch;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Watch;

/// <summary>A watcher between a scripted hub and a scripted stream: the orders that are hard to meet by chance.</summary>
public sealed class WatcherActorSpec : PatientTestKit
{
    private readonly AppliedStore _applied = new();
    private readonly WatchSettings _settings = new(TimeSpan.FromMinutes(10), FragmentBytes: 1024);
    private readonly ViewSource _views;
    private readonly TestProbe _hub;
    private readonly TestProbe _stream;

    public WatcherActorSpec()
    {
        _views = new ViewSource(_applied.Store.View);
        _hub = CreateTestProbe();
        _stream = CreateTestProbe();
    }

    [Fact]
    public void Gap_between_history_and_the_live_feed_is_read_from_the_store()
    {
        Put(1);
        var watcher = Start(from: 2);
        var join = _hub.ExpectMsg<JoinLive>();
        Put(2);
        watcher.Tell(new JoinedLive(_views.Current.Revision, join.Epoch), _hub);
        watcher.Tell(Live(Put(1)), _hub);

        Assert.Equal([2, 3, 4, 5], ReceiveRevisions(4));
    }

    [Fact]
    public void Live_events_below_the_cursor_are_not_sent_twice()
    {
        var watcher = Start(from: 2);
        var join = _hub.ExpectMsg<JoinLive>();
        var first = Put(1);
        watcher.Tell(new JoinedLive(_views.Current.Revision, join.Epoch), _hub);
        watcher.Tell(Live(first), _hub);
        watcher.Tell(Live(Put(1)), _hub);

        Assert.Equal([2, 3], ReceiveRevisions(2));
    }

    [Fact]
    public void Late_answer_to_an_earlier_join_is_passed_over()
    {
        var watcher = Start(from: 2);
        var first = _hub.ExpectMsg<JoinLive>();
        watcher.Tell(PauseWatcher.Instance, _stream);
        watcher.Tell(ResumeWatcher.Instance, _stream);
        _hub.ExpectMsg<LeaveLive>();
        var second = _hub.ExpectMsg<JoinLive>();
        watcher.Tell(new JoinedLive(1, first.Epoch), _hub);
        watcher.Tell(Live(Put(1)), _hub);
        watcher.Tell(new JoinedLive(2, second.Epoch), _hub);

        Assert.Equal([2], ReceiveRevisions(1));
        Assert.NotEqual(first.Epoch, second.Epoch);
    }

    [Fact]
    public void Too_large_a_gap_sends_the_watcher_back_to_history()
    {
        var watcher = Start(from: 2);
        var join = _hub.ExpectMsg<JoinLive>();
        Put(WatchSettings.JoinGapRevisionsMax + 10);
        watcher.Tell(new JoinedLive(_views.Current.Revision, join.Epoch), _hub);

        _hub.ExpectMsg<LeaveLive>();
        Assert.Equal(WatchSettings.JoinGapRevisionsMax + 10, ReceiveRevisions(WatchSettings.JoinGapRevisionsMax + 10).Length);
        _hub.ExpectMsg<JoinLive>(again => again.Epoch > join.Epoch);
    }

    [Fact]
    public void Pause_before_the_join_is_answered_moves_no_cursor_over_the_gap()
    {
        var watcher = Start(from: 2);
        var join = _hub.ExpectMsg<JoinLive>();
        Put(3);
        watcher.Tell(PauseWatcher.Instance, _stream);
        var leave = _hub.ExpectMsg<LeaveLive>();
        watcher.Tell(new JoinedLive(_views.Current.Revision, join.Epoch), _hub);
        watcher.Tell(new LeftLive(_views.Current.Revision, leave.Epoch), _hub);
        watcher.Tell(ResumeWatcher.Instance, _stream);

        Assert.Equal([2, 3, 4], ReceiveRevisions(3));
    }

    [Fact]
    public void Events_that_crossed_the_pause_come_from_the_store_afterwards()
    {
        var watcher = StartLive();
        watcher.Tell(PauseWatcher.Instance, _stream);
        var leave = _hub.ExpectMsg<LeaveLive>();
        watcher.Tell(Live(Put(2)), _hub);
        watcher.Tell(new LeftLive(_views.Current.Revision, leave.Epoch), _hub);
        watcher.Tell(ResumeWatcher.Instance, _stream);

        Assert.Equal([2, 3], ReceiveRevisions(2));
    }

    [Fact]
    public void Resume_before_the_hub_was_heard_from_keeps_what_a_compaction_took_meanwhile_out_of_the_way()
    {
        Put(3);
        var watcher = Start(from: 2);
        var join = _hub.ExpectMsg<JoinLive>();
        watcher.Tell(new JoinedLive(4, join.Epoch), _hub);
        Assert.Equal([2, 3, 4], ReceiveRevisions(3));
        _views.Current = _applied.Apply(AppliedStore.Put("b", "1"), AppliedStore.Put("b", "2"), new CompactionRequest(6)).View;
        watcher.Tell(PauseWatcher.Instance, _stream);
        var leave = _hub.ExpectMsg<LeaveLive>();
        watcher.Tell(ResumeWatcher.Instance, _stream);
        watcher.Tell(new LeftLive(6, leave.Epoch), _hub);

        _hub.ExpectMsg<JoinLive>(again => again.Epoch > join.Epoch);
    }

    [Fact]
    public void Store_replaced_behind_a_pause_before_the_join_moves_no_cursor_over_the_gap()
    {
        var watcher = Start(from: 2);
        var join = _hub.ExpectMsg<JoinLive>();
        Put(3);
        watcher.Tell(PauseWatcher.Instance, _stream);
        watcher.Tell(new JoinedLive(4, join.Epoch), _hub);
        watcher.Tell(new LeftLive(4, join.Epoch), _hub);
        watcher.Tell(ResumeWatcher.Instance, _stream);

        Assert.Equal([2, 3, 4], ReceiveRevisions(3));
    }

    [Fact]
    public void Progress_asked_before_the_watcher_is_live_is_told_behind_its_history()
    {
        Put(3);
        var watcher = Start(from: 2);
        var join = _hub.ExpectMsg<JoinLive>();
        watcher.Tell(new AskProgress(4), _stream);
        watcher.Tell(new JoinedLive(4, join.Epoch), _hub);
        var query = _hub.ExpectMsg<ProgressQuery>();
        watcher.Tell(new ProgressAt(query.Token, 4), _hub);

        Assert.Equal([2, 3, 4], ReceiveRevisions(3));
        Assert.Equal(new WatcherProgress(4, 4), _stream.ExpectMsg<WatcherProgress>());
    }

    [Fact]
    public void Progress_that_crosses_a_pause_is_told_only_when_live_again()
    {
        var watcher = StartLive();
        watcher.Tell(new AskProgress(4), _stream);
        var query = _hub.ExpectMsg<ProgressQuery>();
        watcher.Tell(PauseWatcher.Instance, _stream);
        watcher.Tell(Live(Put(1)), _hub);
        watcher.Tell(new ProgressAt(query.Token, 2), _hub);
        watcher.Tell(new LeftLive(2, _hub.ExpectMsg<LeaveLive>().Epoch), _hub);
        watcher.Tell(ResumeWatcher.Instance, _stream);
        var join = _hub.ExpectMsg<JoinLive>();
        watcher.Tell(new JoinedLive(2, join.Epoch), _hub);
        query = _hub.ExpectMsg<ProgressQuery>();
        watcher.Tell(new ProgressAt(query.Token, 2), _hub);

        Assert.Equal([2], ReceiveRevisions(1));
        _stream.ExpectMsg<WatcherProgress>();
    }

    [Fact]
    public void Start_at_the_last_possible_revision_joins_and_gets_nothing()
    {
        Put(3);
        var watcher = Start(long.MaxValue);
        var join = _hub.ExpectMsg<JoinLive>();
        watcher.Tell(new JoinedLive(4, join.Epoch), _hub);
        watcher.Tell(Live(Put(1)), _hub);
        watcher.Tell(new AskProgress(1), _stream);
        _hub.ExpectMsg<ProgressQuery>();
        watcher.Tell(new ProgressAt(1, 5), _hub);

        _stream.ExpectMsg<WatcherProgress>();
    }

    [Fact]
    public void Watcher_counts_as_slow_but_while_it_is_live()
    {
        var watcher = Start(from: 2);
        var join = _hub.ExpectMsg<JoinLive>();
        AwaitCondition(() => _settings.Counters.Slow == 1, TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(20));
        watcher.Tell(new JoinedLive(_views.Current.Revision, join.Epoch), _hub);
        AwaitCondition(() => _settings.Counters.Slow == 0, TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(20));
        watcher.Tell(PauseWatcher.Instance, _stream);
        _hub.ExpectMsg<LeaveLive>();
        AwaitCondition(() => _settings.Counters.Slow == 1, TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(20));
        Watch(watcher);
        Sys.Stop(watcher);
        ExpectTerminated(watcher, TimeSpan.FromSeconds(60));
        Assert.Equal(0, _settings.Counters.Slow);

        watcher = StartLive();
        AwaitCondition(() => _settings.Counters.Slow == 0, TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(20));
        Watch(watcher);
        Sys.Stop(watcher);
        ExpectTerminated(watcher, TimeSpan.FromSeconds(60));
        Assert.Equal(0, _settings.Counters.Slow);
    }

    private IActorRef Start(long from)
    {
        var watch = new CreateWatch(new WatchRange(Bytes.FromUtf8("a"), default)) { StartRevision = from };
        return _stream.ChildActorOf(WatcherActor.Props(_hub, _views, _settings, watch, paused: false));
    }

    private IActorRef StartLive()
    {
        var watcher = Start(from: 2);
        var join = _hub.ExpectMsg<JoinLive>();
        watcher.Tell(new JoinedLive(_views.Current.Revision, join.Epoch), _hub);
        return watcher;
    }

    /// <summary>Applies so many puts of the watched key, each a revision, without telling the hub.</summary>
    private WatchEvent[] Put(int count)
    {
        var batch = _applied.Apply([.. Enumerable.Range(0, count).Select(i => AppliedStore.Put("a", $"{i}"))]);
        _views.Current = batch.View;
        return [.. batch.Changes.Select(WatchEvents.Of)];
    }

    private LiveEvents Live(WatchEvent[] events) => new(_views.Current, [.. events]);

    private long[] ReceiveRevisions(int count)
    {
        var revisions = new List<long>();
        while (revisions.Count < count)
        {
            if (_stream.ReceiveOne(TimeSpan.FromSeconds(60)) is WatcherOutput output)
            {
                revisions.AddRange(output.Update.Events.Select(e => e.Revision));
            }
            else
            {
                _stream.Reply(_stream.LastMessage);
            }
        }

        return [.. revisions];
    }
}
