using System.Collections.Immutable;
using ActorEtcd.Store;
using Akka.Actor;

namespace ActorEtcd.Watch;

/// <summary>
/// Hands each published batch of events to the watchers whose range it touches, and to no others. Watchers that are
/// behind read the store on their own and join when they have caught up.
/// <code>
/// EventsApplied     one LiveEvents per matching watcher
/// StoreReplaced     every joined watcher is sent back to reading the store
/// OpenWatchStream   a WatchStreamActor of its own
/// JoinLive          into the index; answered with the revision from which on nothing is missed
/// LeaveLive         out of the index; answered with the revision up to which everything was sent
/// ProgressQuery     the last revision handed out
/// Terminated        out of the index
/// </code>
/// Invariant: a joined watcher is sent every event of its range with a revision above the one it joined at, in order.
/// </summary>
public sealed class WatchHubActor : UntypedActor
{
    private readonly ViewSource _views;
    private readonly WatchSettings _settings;
    private readonly WatcherIndex<Joined> _index = new();
    private readonly Dictionary<IActorRef, Joined> _joined = [];
    private readonly List<Joined> _matched = [];
    private long _revision;
    private long _streams;

    public WatchHubActor(ViewSource views, WatchSettings settings)
    {
        _views = views;
        _settings = settings;
        _revision = views.Current.Revision;
    }

    public static Props Props(ViewSource views, WatchSettings settings)
        => Akka.Actor.Props.Create(() => new WatchHubActor(views, settings));

    // A stream that was restarted would know its watchers no more: its client is cut off instead, and comes back.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(static _ => Directive.Stop);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case EventsApplied applied: HandOut(applied); break;
            case JoinLive join: Join(join); break;
            case LeaveLive leave: Leave(Sender, leave.Epoch); break;
            case ProgressQuery query: Sender.Tell(new ProgressAt(query.Token, _revision)); break;
            case OpenWatchStream open: Open(open); break;
            case StoreReplaced replaced: Replace(replaced.View); break;
            case Terminated terminated: Leave(terminated.ActorRef); break;
            default: Unhandled(message); break;
        }
    }

    private void Open(OpenWatchStream open)
    {
        var stream = Context.ActorOf(
            WatchStreamActor.Props(Self, _views, _settings, open.Sink),
            (++_streams).ToString(System.Globalization.CultureInfo.InvariantCulture));
        open.Reply.TryComplete(stream);
    }

    private void Join(JoinLive join)
    {
        Leave(Sender);
        var joined = new Joined(Sender, join.Range, join.Epoch);
        _joined[Sender] = joined;
        _index.Add(join.Range, joined);
        Context.Watch(Sender);
        Sender.Tell(new JoinedLive(_revision, join.Epoch));
    }

    private void Leave(IActorRef watcher, int epoch)
    {
        if (_joined.ContainsKey(watcher))
        {
            Leave(watcher);
            watcher.Tell(new LeftLive(_revision, epoch));
        }
    }

    private void Leave(IActorRef watcher)
    {
        if (_joined.Remove(watcher, out var joined))
        {
            _index.Remove(joined.Range, joined);
            Context.Unwatch(watcher);
        }
    }

    private void HandOut(EventsApplied applied)
    {
        if (_index.Count > 0)
        {
            foreach (var watchEvent in applied.Events)
            {
                _index.Find(watchEvent.Key, (_matched, watchEvent), static (state, joined) =>
                {
                    if (joined.Batch.Count == 0)
                    {
                        state._matched.Add(joined);
                    }

                    joined.Batch.Add(state.watchEvent);
                });
            }

            foreach (var joined in _matched)
            {
                joined.Watcher.Tell(new LiveEvents(applied.View, [.. joined.Batch]));
                joined.Batch.Clear();
            }

            _matched.Clear();
        }

        _revision = applied.View.Revision;
    }

    private void Replace(StoreView view)
    {
        foreach (var joined in _joined.Values.ToImmutableArray())
        {
            Leave(joined.Watcher, joined.Epoch);
        }

        _revision = view.Revision;
    }

    private sealed class Joined(IActorRef watcher, WatchRange range, int epoch)
    {
        public IActorRef Watcher { get; } = watcher;

        public WatchRange Range { get; } = range;

        public int Epoch { get; } = epoch;

        public List<WatchEvent> Batch { get; } = [];
    }
}
