using Akka.Actor;

namespace ActorEtcd.V2;

/// <summary>
/// Tells watchers of the v2 store what happens (etcd: <c>v2store/watcher_hub.go</c>).
/// <code>
/// V2Applied    every watcher whom an event concerns is told
/// V2Replaced   watchers are told what they missed, as far as the history goes
/// V2Watch      answered from the history when it holds an event from the wished index on; otherwise, or when the watcher
///              streams, it waits for what follows
/// V2Unwatch    the watcher is forgotten
/// </code>
/// A watcher that does not stream ends with its first event, and one that has no room for an event ends too: its client
/// asks again from the index behind what it got. A stream on a directory hears twice that the directory went, as from etcd:
/// once as the node that is gone and once as one on the way to it.
/// Invariant: the state that a watch is checked against holds exactly the events that watchers were told.
/// </summary>
public sealed class V2WatchHubActor(V2Source source) : UntypedActor
{
    private readonly Dictionary<string, List<Waiting>> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<IV2Watcher, Waiting> _byWatcher = [];
    private V2State _state = source.State;

    public static Props Props(V2Source source) => Akka.Actor.Props.Create(() => new V2WatchHubActor(source));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case V2Applied applied: Follow(applied); break;
            case V2Replaced replaced: Replace(replaced.State); break;
            case V2Watch watch: Begin(watch); break;
            case V2Unwatch unwatch: Forget(unwatch.Watcher); break;
            default: Unhandled(message); break;
        }
    }

    protected override void PostStop()
    {
        foreach (var watcher in _byWatcher.Keys)
        {
            watcher.Ended();
        }
    }

    private void Begin(V2Watch watch)
    {
        source.CountWatchRequest();
        var since = watch.Since == 0 ? _state.Index + 1 : watch.Since;
        var (happened, error) = _state.History.Find(watch.Path, watch.IsRecursive, since, _state.Index);
        if (error is not null)
        {
            watch.Watcher.Refused(error);
            return;
        }

        watch.Watcher.Started(_state.Index);
        if (happened is not null && !watch.IsStream)
        {
            watch.Watcher.TryPush(happened);
            watch.Watcher.Ended();
            return;
        }

        var waiting = new Waiting(watch, since);
        _byWatcher.Add(watch.Watcher, waiting);
        if (!_byPath.TryGetValue(watch.Path, out var others))
        {
            _byPath.Add(watch.Path, others = []);
        }

        others.Add(waiting);
        CatchUp(waiting);
        source.Watchers = _byWatcher.Count;
    }

    private void Follow(V2Applied applied)
    {
        _state = applied.State;
        if (_byWatcher.Count == 0)
        {
            return;
        }

        foreach (var notice in applied.Notices)
        {
            foreach (var removed in notice.Removed)
            {
                Tell(notice.Event, removed, isRemoved: true);
            }

            TellOnTheWay(notice.Event);
        }
    }

    // Whoever watches the node, or recursively a directory above it.
    private void TellOnTheWay(V2Event happened)
    {
        Tell(happened, "/", isRemoved: false);
        var path = happened.Node.Key;
        for (var end = path.IndexOf('/', 1); end > 0; end = path.IndexOf('/', end + 1))
        {
            Tell(happened, path[..end], isRemoved: false);
        }

        Tell(happened, path, isRemoved: false);
    }

    private void Tell(V2Event happened, string watched, bool isRemoved)
    {
        if (!_byPath.TryGetValue(watched, out var waiting))
        {
            return;
        }

        var isItself = happened.Node.Key == watched;
        if (!isItself && V2Path.IsHiddenBelow(watched, happened.Node.Key))
        {
            return;
        }

        foreach (var one in waiting.ToArray())
        {
            if ((one.Watch.IsRecursive || isItself || isRemoved) && happened.Node.ModifiedIndex >= one.Since)
            {
                Push(one, happened);
            }
        }
    }

    private void Push(Waiting waiting, V2Event happened)
    {
        var hasRoom = waiting.Watch.Watcher.TryPush(happened);
        if (!hasRoom || !waiting.Watch.IsStream)
        {
            Forget(waiting.Watch.Watcher);
            waiting.Watch.Watcher.Ended();
        }
        else
        {
            waiting.Next = happened.Node.ModifiedIndex + 1;
        }
    }

    private void Replace(V2State state)
    {
        _state = state;
        foreach (var waiting in _byWatcher.Values.ToArray())
        {
            CatchUp(waiting);
        }
    }

    private void CatchUp(Waiting waiting)
    {
        while (_byWatcher.ContainsKey(waiting.Watch.Watcher) && waiting.Next <= _state.Index)
        {
            var (happened, error) = _state.History.Find(waiting.Watch.Path, waiting.Watch.IsRecursive, waiting.Next, _state.Index);
            if (error is not null)
            {
                Forget(waiting.Watch.Watcher);
                waiting.Watch.Watcher.Ended();
                return;
            }

            if (happened is null)
            {
                return;
            }

            Push(waiting, happened);
        }
    }

    private void Forget(IV2Watcher watcher)
    {
        if (!_byWatcher.Remove(watcher, out var waiting))
        {
            return;
        }

        var others = _byPath[waiting.Watch.Path];
        others.Remove(waiting);
        if (others.Count == 0)
        {
            _byPath.Remove(waiting.Watch.Path);
        }

        source.Watchers = _byWatcher.Count;
    }

    private sealed class Waiting(V2Watch watch, ulong since)
    {
        public V2Watch Watch { get; } = watch;

        /// <summary>Events from this index on concern it.</summary>
        public ulong Since { get; } = since;

        /// <summary>Up to here it was told everything.</summary>
        public ulong Next { get; set; } = since;
    }
}
