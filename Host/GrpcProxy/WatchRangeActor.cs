using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using Akka.Actor;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// All watches of one range. Those that want the same share an upstream watch: one that is live serves everybody who starts
/// behind what it has told; one that catches up serves those who came with it, and becomes one with another as soon as both
/// have told the same.
/// <code>
/// JoinWatch        shares an upstream watch or opens one
/// RejoinWatch      the same for a watch that was parked; ignored when its client has left meanwhile
/// LeaveWatch       the last one to leave an upstream watch ends it
/// AskProgress      asked of the cluster; a watch that is parked cannot be told of
/// UpstreamTold     to each receiver its part; ignored from an upstream watch that was ended
/// UpstreamLost     what happened meanwhile is to be caught up with
/// UpstreamRefused  ends the watch on whose behalf it was opened; the others go on with another's name
/// </code>
/// Its end, if any watch is left, ends the streams of these, so that their clients come back and resume.
/// </summary>
internal sealed class WatchRangeActor : UntypedActor
{
    private const int FragmentBytes = 1536 * 1024;

    private readonly Upstream _upstream;
    private readonly KeyNamespace _space;
    private readonly RevisionsSeen _seen;
    private readonly ProxyMetrics _metrics;
    private readonly HashSet<ProxyWatcher> _watchers = [];
    private readonly Dictionary<ProxyWatcher, SharedWatch> _places = [];
    private readonly Dictionary<UpstreamWatch, SharedWatch> _shared = [];
    private ResponseHeader _header = new();
    private int _saved;

    public WatchRangeActor(Upstream upstream, KeyNamespace space, RevisionsSeen seen, ProxyMetrics metrics)
    {
        _upstream = upstream;
        _space = space;
        _seen = seen;
        _metrics = metrics;
    }

    public static Props Props(Upstream upstream, KeyNamespace space, RevisionsSeen seen, ProxyMetrics metrics)
        => Akka.Actor.Props.Create(() => new WatchRangeActor(upstream, space, seen, metrics));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case JoinWatch join: Join(join.Watcher); break;
            case RejoinWatch rejoin: Rejoin(rejoin.Watcher); break;
            case LeaveWatch leave: Leave(leave); break;
            case AskProgress ask: Ask(ask); break;
            case UpstreamTold told: Hear(told); break;
            case UpstreamLost lost: Lose(lost.Watch); break;
            case UpstreamRefused refused: Refuse(refused); break;
            default: Unhandled(message); break;
        }

        var saved = _shared.Values.Sum(static shared => shared.Saved);
        _metrics.WatchersCoalescing.Add(saved - _saved);
        _saved = saved;
    }

    protected override void PostStop()
    {
        _metrics.WatchersCoalescing.Add(-_saved);
        foreach (var shared in _shared.Values)
        {
            shared.Upstream.Stop();
        }

        foreach (var watcher in _watchers)
        {
            watcher.Outbox.Fail(EtcdErrors.Stopped);
        }
    }

    private void Join(ProxyWatcher watcher)
    {
        _watchers.Add(watcher);
        Place(watcher);
    }

    private void Rejoin(ProxyWatcher watcher)
    {
        if (_watchers.Contains(watcher) && !watcher.IsOver && !_places.ContainsKey(watcher))
        {
            Place(watcher);
        }
    }

    private void Place(ProxyWatcher watcher)
    {
        var place = _shared.Values
            .Where(shared => shared.IsLive ? shared.Next <= watcher.Next : shared.Next == watcher.Next)
            .MaxBy(static shared => shared.Next);
        if (place is null)
        {
            var upstream = new UpstreamWatch(_upstream, _space, _seen, Self, watcher);
            place = new SharedWatch(upstream, watcher.Next);
            _shared.Add(upstream, place);
            upstream.Start();
        }

        place.Receivers.Add(watcher);
        _places.Add(watcher, place);
    }

    private void Leave(LeaveWatch leave)
    {
        var watcher = leave.Watcher;
        watcher.IsOver = true;
        _watchers.Remove(watcher);
        Withdraw(watcher);
        if (leave.IsAsked)
        {
            watcher.Outbox.Post(new WatchResponse { Header = HeaderNow(), WatchId = watcher.Id, Canceled = true });
        }
    }

    private void Withdraw(ProxyWatcher watcher)
    {
        if (!_places.Remove(watcher, out var shared))
        {
            return;
        }

        shared.Receivers.Remove(watcher);
        shared.Asked.Remove(watcher);
        if (shared.Receivers.Count == 0)
        {
            End(shared);
        }
        else if (shared.Upstream.Source == watcher)
        {
            shared.Upstream.Source = shared.Receivers.First();
        }
    }

    private void End(SharedWatch shared)
    {
        shared.Upstream.Stop();
        _shared.Remove(shared.Upstream);
    }

    private void Hear(UpstreamTold told)
    {
        if (_shared.TryGetValue(told.Watch, out var shared))
        {
            _header = told.Response.Header ?? _header;
            if (told.Response.Canceled)
            {
                Cancel(shared, told.Response, shared.Upstream.Source);
            }
            else
            {
                shared.Next = told.Next;
                shared.IsLive |= told.IsLive;
                Spread(shared, told.Response);
                TellProgress(shared, told.Response);
                Unite(shared);
            }
        }

        told.Handled.TrySetResult();
    }

    private void Ask(AskProgress ask)
    {
        if (!_places.TryGetValue(ask.Watcher, out var shared))
        {
            return;
        }

        shared.Asked[ask.Watcher] = ask.Round;
        shared.Upstream.AskProgress();
    }

    private static void TellProgress(SharedWatch shared, WatchResponse response)
    {
        if (response.Created && shared.Asked.Count > 0)
        {
            // They asked while there was no connection.
            shared.Upstream.AskProgress();
        }
        else if (!response.Created && response.WatchId == UpstreamWatch.NoWatchId)
        {
            foreach (var (watcher, round) in shared.Asked.Where(ask => ask.Value.AtLeast <= response.Header.Revision).ToArray())
            {
                shared.Asked.Remove(watcher);
                round.Tell(watcher, response.Header);
            }
        }
    }

    private void Spread(SharedWatch shared, WatchResponse response)
    {
        if (response.Events.Count > 0)
        {
            _metrics.EventsCoalescing.Add(shared.Saved);
            var bare = new Lazy<Event[]>(() => [.. response.Events.Select(static one => new Event { Type = one.Type, Kv = one.Kv })]);
            foreach (var watcher in shared.Receivers.ToArray())
            {
                Deliver(watcher, response, bare);
            }
        }
        else if (response is { Created: false, WatchId: not UpstreamWatch.NoWatchId })
        {
            foreach (var watcher in shared.Receivers.Where(static one => one.WantsProgress))
            {
                watcher.Outbox.Post(new WatchResponse { Header = response.Header, WatchId = watcher.Id });
            }
        }
    }

    private void Deliver(ProxyWatcher watcher, WatchResponse response, Lazy<Event[]> bare)
    {
        var wanted = new List<Event>(response.Events.Count);
        for (var i = 0; i < response.Events.Count; i++)
        {
            if (watcher.Wants(response.Events[i]))
            {
                wanted.Add(watcher.WantsPrevKv ? response.Events[i] : bare.Value[i]);
            }
        }

        if (wanted.Count > 0 && !Post(watcher, response.Header, wanted))
        {
            // It goes on when its client has read what it has.
            Withdraw(watcher);
            return;
        }

        watcher.Next = Math.Max(watcher.Next, response.Events[^1].Kv.ModRevision + 1);
    }

    /// <summary>All of them or none; clients that take fragments get no piece that is much larger than a request may be.</summary>
    private static bool Post(ProxyWatcher watcher, ResponseHeader header, List<Event> events)
    {
        var whole = new WatchResponse { Header = header, WatchId = watcher.Id, Events = { events } };
        if (!watcher.TakesFragments || whole.CalculateSize() <= FragmentBytes)
        {
            return watcher.Outbox.TryPost(watcher, whole);
        }

        var piece = new WatchResponse { Header = header, WatchId = watcher.Id };
        var pieces = new List<WatchResponse> { piece };
        var size = 0;
        foreach (var happened in events)
        {
            size += happened.CalculateSize();
            if (size > FragmentBytes && piece.Events.Count > 0)
            {
                piece.Fragment = true;
                pieces.Add(piece = new WatchResponse { Header = header, WatchId = watcher.Id });
                size = happened.CalculateSize();
            }

            piece.Events.Add(happened);
        }

        if (!watcher.Outbox.TryPost(watcher, pieces[0]))
        {
            return false;
        }

        pieces.Skip(1).ToList().ForEach(watcher.Outbox.Post);
        return true;
    }

    private void Cancel(SharedWatch shared, WatchResponse response, ProxyWatcher source)
    {
        End(shared);
        foreach (var watcher in shared.Receivers)
        {
            _places.Remove(watcher);
            var isMeant = response.CompactRevision > 0 ? watcher.Next < response.CompactRevision : watcher == source;
            if (!isMeant)
            {
                Place(watcher);
                continue;
            }

            watcher.IsOver = true;
            watcher.Outbox.Post(new WatchResponse
            {
                Header = response.Header ?? HeaderNow(),
                WatchId = watcher.Id,
                Canceled = true,
                CompactRevision = response.CompactRevision,
                CancelReason = response.CancelReason,
            });
        }
    }

    private void Lose(UpstreamWatch watch)
    {
        if (_shared.TryGetValue(watch, out var shared))
        {
            shared.IsLive = false;
        }
    }

    private void Refuse(UpstreamRefused refused)
    {
        if (_shared.TryGetValue(refused.Watch, out var shared))
        {
            var reason = $"rpc error: code = {refused.Status.Code} desc = {refused.Status.Message}";
            Cancel(shared, new WatchResponse { Canceled = true, CancelReason = reason }, refused.Source);
        }
    }

    /// <summary>Two that have told the same go on as one.</summary>
    private void Unite(SharedWatch shared)
    {
        var twin = _shared.Values.FirstOrDefault(other => other != shared && other.Next == shared.Next && other.Receivers.Count > 0);
        if (twin is null || shared.Receivers.Count == 0)
        {
            return;
        }

        var (kept, given) = twin.Receivers.Count >= shared.Receivers.Count ? (twin, shared) : (shared, twin);
        kept.IsLive |= given.IsLive;
        foreach (var watcher in given.Receivers)
        {
            // It had everything below, whatever it wanted of that.
            watcher.Next = Math.Max(watcher.Next, given.Next);
            kept.Receivers.Add(watcher);
            _places[watcher] = kept;
        }

        foreach (var (watcher, round) in given.Asked)
        {
            kept.Asked[watcher] = round;
        }

        if (given.Asked.Count > 0)
        {
            kept.Upstream.AskProgress();
        }

        given.Receivers.Clear();
        End(given);
    }

    private ResponseHeader HeaderNow() => new(_header) { Revision = _seen.Newest };
}
