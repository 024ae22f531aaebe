using ActorEtcd.Store;
using Akka.Actor;

namespace ActorEtcd.Watch;

/// <summary>
/// One client's watch stream: names its watchers, passes their responses to the sink in the order in which they come,
/// and pauses all of them while the sink is full. Stopping it ends the watchers.
/// <code>
/// CreateWatch       a WatcherActor, or a refusal
/// CancelWatch       stops the watcher and says so; ignored for an unknown id, as etcd does
/// RequestProgress   asks every watcher; answered when all have, which they do once they are live
/// WatcherOutput     to the sink
/// ReadNextSlice     sent back: behind it, the watcher has heard if what it sent before has filled the sink
/// WatcherProgress   counted for the request it belongs to
/// SinkDrained       the watchers go on
/// Terminated        a watcher that failed: the whole stream ends, so that its client comes back and resumes
/// </code>
/// A watcher is never restarted: it would not know what it has sent already.
/// </summary>
public sealed class WatchStreamActor : UntypedActor
{
    private readonly IActorRef _hub;
    private readonly ViewSource _views;
    private readonly WatchSettings _settings;
    private readonly IWatchSink _sink;
    private readonly SortedDictionary<long, IActorRef> _watchers = [];

    // Of watchers that a compaction overtook. As in etcd such an id is taken until the client cancels it.
    private readonly HashSet<long> _overtaken = [];
    private long _nextId;
    private bool _paused;
    private long _progressToken;
    private readonly HashSet<IActorRef> _progressMissing = [];
    private long _progressRevision;

    public WatchStreamActor(IActorRef hub, ViewSource views, WatchSettings settings, IWatchSink sink)
    {
        _hub = hub;
        _views = views;
        _settings = settings;
        _sink = sink;
    }

    public static Props Props(IActorRef hub, ViewSource views, WatchSettings settings, IWatchSink sink)
        => Akka.Actor.Props.Create(() => new WatchStreamActor(hub, views, settings, sink));

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(static _ => Directive.Stop);

    protected override void PostStop() => _sink.Complete();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case WatcherOutput output: Pass(output); break;
            case ReadNextSlice slice: Sender.Tell(slice); break;
            case CreateWatch create: Create(create); break;
            case CancelWatch cancel: Cancel(cancel.WatchId); break;
            case RequestProgress: StartProgress(); break;
            case WatcherProgress progress: CountProgress(progress); break;
            case SinkDrained: Resume(); break;
            case Terminated: Context.Stop(Self); break;
            default: Unhandled(message); break;
        }
    }

    private void Create(CreateWatch create)
    {
        if (create.Range.IsEmpty)
        {
            Refuse("mvcc: watcher range is empty");
            return;
        }

        var id = create.WatchId;
        if (id == 0)
        {
            while (IsTaken(_nextId))
            {
                _nextId++;
            }

            id = _nextId++;
        }
        else if (IsTaken(id))
        {
            Refuse("mvcc: duplicate watch ID provided on the WatchStream");
            return;
        }

        // Said here and not by the watcher: clients tell the answers to their creations by the order of these.
        var revision = _views.Current.Revision;
        Write(new WatchUpdate(id, revision) { Created = true });
        var start = create.StartRevision > 0 ? create.StartRevision : revision + 1;
        var watch = create with { WatchId = id, StartRevision = start };

        // No explicit name beyond a fresh suffix: an id may be used again before the former watcher has stopped.
        var watcher = Context.ActorOf(WatcherActor.Props(_hub, _views, _settings, watch, _paused));
        _watchers[id] = watcher;
        Context.Watch(watcher);

        // A progress response goes for all watchers of the stream, so those that join while it is made must be asked.
        if (_progressMissing.Count > 0)
        {
            Ask(watcher);
        }
    }

    private bool IsTaken(long id) => _watchers.ContainsKey(id) || _overtaken.Contains(id);

    private void Refuse(string reason) => Write(new WatchUpdate(WatchUpdate.NoWatchId, _views.Current.Revision)
    {
        Created = true,
        Canceled = true,
        CancelReason = reason,
    });

    private void Cancel(long id)
    {
        if (_watchers.Remove(id, out var watcher))
        {
            Write(new WatchUpdate(id, _views.Current.Revision) { Canceled = true });
            End(watcher);
        }
        else if (_overtaken.Remove(id))
        {
            Write(new WatchUpdate(id, _views.Current.Revision) { Canceled = true });
        }
    }

    private void End(IActorRef watcher)
    {
        Context.Unwatch(watcher);
        Context.Stop(watcher);
        if (_progressMissing.Remove(watcher))
        {
            TellProgress();
        }
    }

    private void Pass(WatcherOutput output)
    {
        // A watcher that was cancelled may have sent more before it noticed; its id may already belong to another.
        if (!_watchers.TryGetValue(output.Update.WatchId, out var watcher) || !watcher.Equals(Sender))
        {
            return;
        }

        Write(output.Update);
        if (output.IsFinal)
        {
            _watchers.Remove(output.Update.WatchId);
            _overtaken.Add(output.Update.WatchId);
            End(watcher);
        }
    }

    private void Write(WatchUpdate update)
    {
        if (_sink.Write(update) || _paused)
        {
            return;
        }

        _paused = true;
        foreach (var watcher in _watchers.Values)
        {
            watcher.Tell(PauseWatcher.Instance);
        }
    }

    private void Resume()
    {
        if (!_paused)
        {
            return;
        }

        _paused = false;
        foreach (var watcher in _watchers.Values)
        {
            watcher.Tell(ResumeWatcher.Instance);
        }
    }

    // A later request replaces an earlier one that is still being counted: its answer tells at least as much.
    private void StartProgress()
    {
        _progressToken++;
        _progressMissing.Clear();
        if (_watchers.Count == 0)
        {
            Write(new WatchUpdate(WatchUpdate.NoWatchId, _views.Current.Revision));
            return;
        }

        _progressRevision = long.MaxValue;
        foreach (var watcher in _watchers.Values)
        {
            Ask(watcher);
        }
    }

    private void Ask(IActorRef watcher)
    {
        _progressMissing.Add(watcher);
        watcher.Tell(new AskProgress(_progressToken));
    }

    private void CountProgress(WatcherProgress progress)
    {
        if (progress.Token == _progressToken && _progressMissing.Remove(Sender))
        {
            _progressRevision = Math.Min(_progressRevision, progress.Revision);
            TellProgress();
        }
    }

    private void TellProgress()
    {
        // With no watcher left, nobody is behind and nobody is there to be told how far it came.
        if (_progressMissing.Count == 0)
        {
            var revision = _progressRevision == long.MaxValue ? _views.Current.Revision : _progressRevision;
            Write(new WatchUpdate(WatchUpdate.NoWatchId, revision));
        }
    }
}
