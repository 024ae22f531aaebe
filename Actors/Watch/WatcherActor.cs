using System.Collections.Immutable;
using ActorEtcd.Store;
using Akka.Actor;

namespace ActorEtcd.Watch;

/// <summary>
/// One watcher: delivers every event of its range from its start revision on, in order, once, whole revisions at a
/// time, to its stream.
/// <code>
/// CatchingUp   ReadNextSlice    a slice of history from the store; at its end, JoinLive
/// Joining      JoinedLive       the rest of the gap from the store, then Live; too large a gap: CatchingUp again
/// Live         LiveEvents       delivered, but for those below the cursor
///              LeftBehind       CatchingUp: the store was replaced
/// Lagging      ResumeWatcher    CatchingUp
/// any          PauseWatcher     Lagging
///              AskProgress      answered by way of the hub when live, at once with 0 when not
///              NotifyProgress   likewise, as a response of its own
///              (LiveEvents, JoinedLive, ReadNextSlice of an earlier epoch or in another state: ignored, the cursor
///              brings the events back from the store)
/// </code>
/// </summary>
public sealed class WatcherActor : FSM<WatcherState, WatcherCursor>
{
    private const long NotifyToken = -1;
    private const string NotifyTimer = "progress";

    private readonly IActorRef _hub;
    private readonly ViewSource _views;
    private readonly WatchSettings _settings;
    private readonly CreateWatch _watch;
    private readonly IActorRef _stream = Context.Parent;
    private bool _sentSinceNotify;

    public WatcherActor(IActorRef hub, ViewSource views, WatchSettings settings, CreateWatch watch, bool paused)
    {
        _hub = hub;
        _views = views;
        _settings = settings;
        _watch = watch;
        var revision = views.Current.Revision;
        var cursor = new WatcherCursor(watch.StartRevision > 0 ? watch.StartRevision : revision + 1, Epoch: 0);

        When(WatcherState.CatchingUp, WhenCatchingUp);
        When(WatcherState.Joining, WhenJoining);
        When(WatcherState.Live, WhenLive);
        When(WatcherState.Lagging, WhenLagging);
        WhenUnhandled(WhenAny);
        StartWith(paused ? WatcherState.Lagging : WatcherState.CatchingUp, cursor);
        Initialize();

        _stream.Tell(new WatcherOutput(new WatchUpdate(watch.WatchId, revision) { Created = true }));
        if (watch.ProgressNotify)
        {
            SetTimer(NotifyTimer, NotifyProgress.Instance, settings.ProgressNotifyInterval, repeat: true);
        }

        if (!paused)
        {
            Self.Tell(new ReadNextSlice(cursor.Epoch));
        }
    }

    public static Props Props(IActorRef hub, ViewSource views, WatchSettings settings, CreateWatch watch, bool paused)
        => Akka.Actor.Props.Create(() => new WatcherActor(hub, views, settings, watch, paused));

    private State<WatcherState, WatcherCursor> WhenCatchingUp(Event<WatcherCursor> happened)
        => happened.FsmEvent is ReadNextSlice slice && slice.Epoch == happened.StateData.Epoch
            ? ReadSlice(happened.StateData)
            : null!;

    private State<WatcherState, WatcherCursor> WhenJoining(Event<WatcherCursor> happened)
        => happened.FsmEvent is JoinedLive joined && joined.Epoch == happened.StateData.Epoch
            ? Joined(happened.StateData, joined.Revision)
            : null!;

    private State<WatcherState, WatcherCursor> WhenLive(Event<WatcherCursor> happened)
    {
        switch (happened.FsmEvent)
        {
            case LiveEvents live:
                return Stay().Using(Deliver(happened.StateData, live));
            case AskProgress ask:
                _hub.Tell(new ProgressQuery(ask.Token));
                return Stay();
            case ProgressAt at:
                Tell(at);
                return Stay();
            case NotifyProgress:
                if (!_sentSinceNotify)
                {
                    _hub.Tell(new ProgressQuery(NotifyToken));
                }

                _sentSinceNotify = false;
                return Stay();
            case LeftBehind:
                return CatchUp(happened.StateData);
            case PauseWatcher:
                _hub.Tell(new LeaveLive(_watch.Range));
                return GoTo(WatcherState.Lagging);
            default:
                return null!;
        }
    }

    private State<WatcherState, WatcherCursor> WhenLagging(Event<WatcherCursor> happened)
        => happened.FsmEvent is ResumeWatcher ? CatchUp(happened.StateData) : null!;

    private State<WatcherState, WatcherCursor> WhenAny(Event<WatcherCursor> happened)
    {
        switch (happened.FsmEvent)
        {
            case PauseWatcher:
                _hub.Tell(new LeaveLive(_watch.Range));
                return GoTo(WatcherState.Lagging);
            case AskProgress ask:
                _stream.Tell(new WatcherProgress(ask.Token, Revision: 0));
                return Stay();
            case ProgressAt at when at.Token != NotifyToken:
                _stream.Tell(new WatcherProgress(at.Token, Revision: 0));
                return Stay();
            default:
                return Stay();
        }
    }

    private State<WatcherState, WatcherCursor> CatchUp(WatcherCursor cursor)
    {
        var next = cursor with { Epoch = cursor.Epoch + 1 };
        Self.Tell(new ReadNextSlice(next.Epoch));
        return GoTo(WatcherState.CatchingUp).Using(next);
    }

    private State<WatcherState, WatcherCursor> ReadSlice(WatcherCursor cursor)
    {
        var view = _views.Current;
        if (cursor.NextRevision < view.CompactRevision)
        {
            return Compacted(view);
        }

        var last = Math.Min(view.Revision, cursor.NextRevision + WatchSettings.SliceRevisions - 1);
        var next = DeliverHistory(view, cursor, last);
        if (next.NextRevision <= view.Revision)
        {
            Self.Tell(new ReadNextSlice(next.Epoch));
            return Stay().Using(next);
        }

        _hub.Tell(new JoinLive(_watch.Range, next.Epoch));
        return GoTo(WatcherState.Joining).Using(next);
    }

    private State<WatcherState, WatcherCursor> Joined(WatcherCursor cursor, long revision)
    {
        if (revision - cursor.NextRevision >= WatchSettings.JoinGapRevisionsMax)
        {
            _hub.Tell(new LeaveLive(_watch.Range));
            return CatchUp(cursor);
        }

        var view = _views.Current;
        if (cursor.NextRevision < view.CompactRevision && cursor.NextRevision <= revision)
        {
            _hub.Tell(new LeaveLive(_watch.Range));
            return Compacted(view);
        }

        return GoTo(WatcherState.Live).Using(DeliverHistory(view, cursor, revision));
    }

    private State<WatcherState, WatcherCursor> Compacted(StoreView view)
    {
        var update = new WatchUpdate(_watch.WatchId, view.Revision)
        {
            Canceled = true,
            CompactRevision = view.CompactRevision,
        };
        _stream.Tell(new WatcherOutput(update, IsFinal: true));
        return Stop();
    }

    /// <summary>Sends the events from the cursor to <paramref name="last"/> out of the store.</summary>
    private WatcherCursor DeliverHistory(StoreView view, WatcherCursor cursor, long last)
    {
        if (last < cursor.NextRevision)
        {
            return cursor;
        }

        var events = ImmutableArray.CreateBuilder<WatchEvent>();
        long size = 0;
        foreach (var record in view.Events(cursor.NextRevision, last))
        {
            if (!_watch.Range.Contains(record.Key) || IsFiltered(record.IsTombstone))
            {
                continue;
            }

            // A response may only end where a revision does: events of one revision arrive together.
            if (size >= WatchSettings.ResponseBytes && events[^1].Revision != record.Revision.Main)
            {
                Send(view, events.DrainToImmutable());
                size = 0;
            }

            var watchEvent = WatchEvents.Of(view, record, _watch.PrevKv);
            events.Add(watchEvent);
            size += watchEvent.Kv.Length + watchEvent.PrevKv.Length;
        }

        Send(view, events.DrainToImmutable());
        return cursor with { NextRevision = last + 1 };
    }

    private WatcherCursor Deliver(WatcherCursor cursor, LiveEvents live)
    {
        var isWhole = !_watch.NoPut && !_watch.NoDelete && live.Events[0].Revision >= cursor.NextRevision;
        var events = isWhole
            ? live.Events
            : live.Events.RemoveAll(e => e.Revision < cursor.NextRevision || IsFiltered(e.IsDelete));
        Send(live.View, events);
        return cursor with { NextRevision = Math.Max(cursor.NextRevision, live.Events[^1].Revision + 1) };
    }

    private bool IsFiltered(bool isDelete) => isDelete ? _watch.NoDelete : _watch.NoPut;

    private void Send(StoreView view, ImmutableArray<WatchEvent> events)
    {
        if (events.IsEmpty)
        {
            return;
        }

        _sentSinceNotify = true;
        var update = new WatchUpdate(_watch.WatchId, view.Revision) { Events = events, WithPrevKv = _watch.PrevKv };
        if (!_watch.Fragment || update.Size <= _settings.FragmentBytes)
        {
            _stream.Tell(new WatcherOutput(update));
            return;
        }

        foreach (var fragment in WatchEvents.Fragments(update, _settings.FragmentBytes))
        {
            _stream.Tell(new WatcherOutput(fragment));
        }
    }

    private void Tell(ProgressAt at)
    {
        if (at.Token == NotifyToken)
        {
            _stream.Tell(new WatcherOutput(new WatchUpdate(_watch.WatchId, at.Revision)));
        }
        else
        {
            _stream.Tell(new WatcherProgress(at.Token, at.Revision));
        }
    }
}
