using ActorEtcd.Store;
using Akka.Actor;

namespace ActorEtcd.Watch;

/// <summary>
/// One client's watch stream: names its watchers, passes their responses to the sink in the order in which they come,
/// and pauses all of them while the sink is full. Stopping it ends the watchers.
/// <code>
/// CreateWatch       a WatcherActor, or a refusal
/// CancelWatch       stops the watcher and says so; ignored for an unknown id, as etcd does
/// RequestProgress   asks every watcher; answered when all have, and only if all are live
/// WatcherOutput     to the sink
/// WatcherProgress   counted for the request it belongs to
/// SinkDrained       the watchers go on
/// </code>
/// </summary>
public sealed class WatchStreamActor : UntypedActor
{
    private readonly IActorRef _hub;
    private readonly ViewSource _views;
    private readonly WatchSettings _settings;
    private readonly IWatchSink _sink;
    private readonly SortedDictionary<long, IActorRef> _watchers = [];
    private long _nextId;
    private bool _paused;
    private long _progressToken;
    private int _progressMissing;
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

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case WatcherOutput output: Pass(output); break;
            case CreateWatch create: Create(create); break;
            case CancelWatch cancel: Cancel(cancel.WatchId); break;
            case RequestProgress: StartProgress(); break;
            case WatcherProgress progress: CountProgress(progress); break;
            case SinkDrained: Resume(); break;
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
            while (_watchers.ContainsKey(_nextId))
            {
                _nextId++;
            }

            id = _nextId++;
        }
        else if (_watchers.ContainsKey(id))
        {
            Refuse("mvcc: duplicate watch ID provided on the WatchStream");
            return;
        }

        // No explicit name beyond a fresh suffix: an id may be used again before the former watcher has stopped.
        var watcher = Context.ActorOf(WatcherActor.Props(_hub, _views, _settings, create with { WatchId = id }, _paused));
        _watchers[id] = watcher;
    }

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
            Context.Stop(watcher);
            Write(new WatchUpdate(id, _views.Current.Revision) { Canceled = true });
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
            Context.Stop(watcher);
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

    private void StartProgress()
    {
        _progressToken++;
        _progressMissing = _watchers.Count;
        _progressRevision = long.MaxValue;
        if (_progressMissing == 0)
        {
            Write(new WatchUpdate(WatchUpdate.NoWatchId, _views.Current.Revision));
            return;
        }

        foreach (var watcher in _watchers.Values)
        {
            watcher.Tell(new AskProgress(_progressToken));
        }
    }

    // A later request replaces an earlier one that is still being counted: its answer tells at least as much.
    private void CountProgress(WatcherProgress progress)
    {
        if (progress.Token != _progressToken)
        {
            return;
        }

        _progressRevision = Math.Min(_progressRevision, progress.Revision);
        if (--_progressMissing == 0 && _progressRevision > 0)
        {
            Write(new WatchUpdate(WatchUpdate.NoWatchId, _progressRevision));
        }
    }
}
