using System.Collections.Immutable;
using ActorEtcd.Store;
using Akka.Actor;

namespace ActorEtcd.Watch;

/// <summary>
/// One watcher: delivers every event of its range from its start revision on, in order, once, whole revisions at a
/// time, to its stream.
/// <code>
/// CatchingUp   ReadNextSlice    a slice of history from the store; at its end, JoinLive. From a damaged record on, again later,
///                               when it is mended
/// Joining      JoinedLive       the rest of the gap from the store, then Live; too large a gap: CatchingUp again
/// Live         LiveEvents       delivered, but for those below the cursor
///              LeftLive         CatchingUp: the store was replaced
///              PauseWatcher     Leaving
/// Leaving      LiveEvents       only noted: the store has them
///              LeftLive         Lagging, or CatchingUp when resumed: the cursor moves over what was not of its range,
///                               since that may be compacted soon
///              Resume-, PauseWatcher   remembered until then
/// Lagging      ResumeWatcher    CatchingUp
/// other        PauseWatcher     Lagging
///              AskProgress      answered by way of the hub when live, kept until then when not
///              NotifyProgress   by way of the hub when live, as a response of its own; passed over when not
///              (LiveEvents, JoinedLive, ReadNextSlice of an earlier epoch or in another state: ignored, the cursor
///              brings the events back from the store)
/// </code>
/// </summary>
public sealed class WatcherActor : FSM<WatcherState, WatcherCursor>
{
    private const long NotifyToken = -1;
    private const long NoToken = 0;
    private const string NotifyTimer = "progress";
    private const string MendTimer = "mend";

    private readonly IActorRef _hub;
    private readonly ViewSource _views;
    private readonly WatchSettings _settings;
    private readonly CreateWatch _watch;
    private readonly IActorRef _stream = Context.Parent;
    private readonly MendPatience _patience = new();
    private bool _sentSinceNotify;
    private long _askedProgress;

    public WatcherActor(IActorRef hub, ViewSource views, WatchSettings settings, CreateWatch watch, bool paused)
    {
        _hub = hub;
        _views = views;
        _settings = settings;
        _watch = watch;
        Invariant.Check(watch.StartRevision > 0, $"a watcher starts at a revision, not at {watch.StartRevision}");
        var cursor = new WatcherCursor(watch.StartRevision, Epoch: 0);

        When(WatcherState.CatchingUp, WhenCatchingUp);
        When(WatcherState.Joining, WhenJoining);
        When(WatcherState.Live, WhenLive);
        When(WatcherState.Leaving, WhenLeaving);
        When(WatcherState.Lagging, WhenLagging);
        WhenUnhandled(WhenAny);
        OnTransition(CountSlow);
        StartWith(paused ? WatcherState.Lagging : WatcherState.CatchingUp, cursor);
        Initialize();

        if (watch.ProgressNotify)
        {
            SetTimer(NotifyTimer, NotifyProgress.Instance, settings.ProgressNotifyInterval, repeat: true);
        }

        if (!paused)
        {
            Self.Tell(new ReadNextSlice(cursor.Epoch));
        }
    }

    protected override void PreStart()
    {
        _settings.Counters.BecameSlow();
        base.PreStart();
    }

    protected override void PostStop()
    {
        if (StateName != WatcherState.Live)
        {
            _settings.Counters.SlowEnded();
        }

        base.PostStop();
    }

    public static Props Props(IActorRef hub, ViewSource views, WatchSettings settings, CreateWatch watch, bool paused)
        => Akka.Actor.Props.Create(() => new WatcherActor(hub, views, settings, watch, paused));

    private void CountSlow(WatcherState from, WatcherState to)
    {
        if (from != WatcherState.Live && to == WatcherState.Live)
        {
            _settings.Counters.SlowEnded();
        }
        else if (from == WatcherState.Live && to != WatcherState.Live)
        {
            _settings.Counters.BecameSlow();
        }
    }

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
                _askedProgress = ask.Token;
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
            case LeftLive left when left.Epoch == happened.StateData.Epoch:
                return CatchUp(happened.StateData.After(left.Revision));
            case PauseWatcher:
                _hub.Tell(new LeaveLive(happened.StateData.Epoch));
                return GoTo(WatcherState.Leaving);
            default:
                return null!;
        }
    }

    private State<WatcherState, WatcherCursor> WhenLeaving(Event<WatcherCursor> happened)
    {
        var cursor = happened.StateData;
        switch (happened.FsmEvent)
        {
            case LiveEvents live when cursor.FirstMissed == 0 && live.Events[^1].Revision >= cursor.NextRevision:
                return Stay().Using(cursor with { FirstMissed = Math.Max(cursor.NextRevision, live.Events[0].Revision) });
            case LeftLive left when left.Epoch == cursor.Epoch:
                var next = cursor.After(left.Revision);
                return cursor.IsResumed ? CatchUp(next) : GoTo(WatcherState.Lagging).Using(next);
            case ResumeWatcher:
                return Stay().Using(cursor with { IsResumed = true });
            case PauseWatcher:
                return Stay().Using(cursor with { IsResumed = false });
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
                // A join may be under way, and what the hub sends after it is not delivered: no word of it must count.
                var cursor = happened.StateData;
                _hub.Tell(new LeaveLive(cursor.Epoch));
                return GoTo(WatcherState.Lagging).Using(cursor with { Epoch = cursor.Epoch + 1 });
            case AskProgress ask:
                _askedProgress = ask.Token;
                return Stay();
            case NotifyProgress:
                _sentSinceNotify = false;
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

        // Without overflow for a client that asks for the last possible revision.
        var last = view.Revision - cursor.NextRevision < WatchSettings.SliceRevisions
            ? view.Revision
            : cursor.NextRevision + WatchSettings.SliceRevisions - 1;
        var next = DeliverHistory(view, cursor, last, out var isDamaged);
        if (isDamaged)
        {
            SetTimer(MendTimer, new ReadNextSlice(next.Epoch), MendPatience.Interval);
            return Stay().Using(next);
        }

        if (next.NextRevision <= view.Revision)
        {
            _stream.Tell(new ReadNextSlice(next.Epoch));
            return Stay().Using(next);
        }

        _hub.Tell(new JoinLive(_watch.Range, next.Epoch));
        return GoTo(WatcherState.Joining).Using(next);
    }

    private State<WatcherState, WatcherCursor> Joined(WatcherCursor cursor, long revision)
    {
        if (revision - cursor.NextRevision >= WatchSettings.JoinGapRevisionsMax)
        {
            _hub.Tell(new LeaveLive(cursor.Epoch));
            return CatchUp(cursor);
        }

        var view = _views.Current;
        if (cursor.NextRevision < view.CompactRevision && cursor.NextRevision <= revision)
        {
            _hub.Tell(new LeaveLive(cursor.Epoch));
            return Compacted(view);
        }

        var next = DeliverHistory(view, cursor, revision, out _);
        if (next.NextRevision <= revision)
        {
            _hub.Tell(new LeaveLive(cursor.Epoch));
            return CatchUp(next);
        }

        if (_askedProgress != NoToken)
        {
            _hub.Tell(new ProgressQuery(_askedProgress));
        }

        return GoTo(WatcherState.Live).Using(next);
    }

    private State<WatcherState, WatcherCursor> Compacted(StoreView view)
    {
        // As in etcd, this answer tells no revision in its header.
        var update = new WatchUpdate(_watch.WatchId, HeaderRevision: 0)
        {
            Canceled = true,
            CompactRevision = view.CompactRevision,
        };
        _stream.Tell(new WatcherOutput(update, IsFinal: true));
        return Stop();
    }

    /// <summary>
    /// Sends the events from the cursor to <paramref name="last"/> out of the store, or to an earlier revision when
    /// they are so many bytes that a pause should get its chance first, or when a record is damaged.
    /// </summary>
    private WatcherCursor DeliverHistory(StoreView view, WatcherCursor cursor, long last, out bool isDamaged)
    {
        isDamaged = false;
        if (last < cursor.NextRevision)
        {
            return cursor;
        }

        var events = ImmutableArray.CreateBuilder<WatchEvent>();
        try
        {
            var end = SendHistory(view, cursor, last, events);
            _patience.Pass();
            return cursor with { NextRevision = end + 1 };
        }
        catch (SegmentDamagedException damage) when (_patience.Meet())
        {
            isDamaged = true;
            Context.System.EventStream.Publish(new VerifySegment(damage.SegmentId));
            return SendWhole(view, cursor, events);
        }
    }

    /// <summary>Of what was read before a damaged record, the revisions that are whole; the rest is read again.</summary>
    private WatcherCursor SendWhole(StoreView view, WatcherCursor cursor, ImmutableArray<WatchEvent>.Builder events)
    {
        if (events.Count == 0)
        {
            return cursor;
        }

        var next = events[^1].Revision;
        Send(view, [.. events.Where(e => e.Revision < next)]);
        return cursor with { NextRevision = next };
    }

    /// <summary>Up to which revision the events were sent; those that were not are left in the list.</summary>
    private long SendHistory(StoreView view, WatcherCursor cursor, long last, ImmutableArray<WatchEvent>.Builder events)
    {
        long size = 0;
        long sent = 0;
        foreach (var record in view.Events(cursor.NextRevision, last))
        {
            if (!_watch.Range.Contains(record.Key) || IsFiltered(record.IsTombstone))
            {
                continue;
            }

            // Read before anything is sent: what a damaged record leaves is in the list.
            var watchEvent = WatchEvents.Of(view, record, _watch.PrevKv);

            // A response may only end where a revision does: events of one revision arrive together.
            if (size >= WatchSettings.ResponseBytes && events[^1].Revision != record.Revision.Main)
            {
                var end = events[^1].Revision;
                Send(view, events.DrainToImmutable());
                sent += size;
                size = 0;
                if (sent >= WatchSettings.SliceBytes)
                {
                    return end;
                }
            }

            events.Add(watchEvent);
            size += watchEvent.Kv.Length + watchEvent.PrevKv.Length;
        }

        Send(view, events.DrainToImmutable());
        return last;
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
            _askedProgress = at.Token == _askedProgress ? NoToken : _askedProgress;
            _stream.Tell(new WatcherProgress(at.Token, at.Revision));
        }
    }
}
