using ActorEtcd.Host.Cli.Ctl;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Akka.Actor;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>The requests of one client's watch stream: gives watches their ids and leads them to the actors.</summary>
internal sealed class WatchStream(
    Upstream upstream, KeyNamespace space, RevisionsSeen seen, IActorRef hub, CallContext context, WatchOutbox outbox)
{
    private const long NoWatchId = -1;

    private readonly Dictionary<long, ProxyWatcher> _watchers = [];
    private long _nextId;

    public ValueTask HandleAsync(WatchRequest request)
    {
        switch (request.RequestUnionCase)
        {
            case WatchRequest.RequestUnionOneofCase.CreateRequest:
                return CreateAsync(request.CreateRequest);
            case WatchRequest.RequestUnionOneofCase.CancelRequest:
                Cancel(request.CancelRequest.WatchId);
                return ValueTask.CompletedTask;
            case WatchRequest.RequestUnionOneofCase.ProgressRequest:
                AskProgress();
                return ValueTask.CompletedTask;
            default:
                // An empty request is passed over, as etcd does.
                return ValueTask.CompletedTask;
        }
    }

    public void End()
    {
        foreach (var watcher in _watchers.Values)
        {
            hub.Tell(new LeaveWatch(watcher, IsAsked: false));
        }
    }

    private async ValueTask CreateAsync(WatchCreateRequest request)
    {
        // An empty key means the first possible one.
        var asked = new KeyInterval(request.Key.IsEmpty ? KeyRange.Zero : request.Key, request.RangeEnd);
        if (asked.IsEmpty)
        {
            Refuse("mvcc: watcher range is empty");
            return;
        }

        if (request.WatchId != 0 && _watchers.ContainsKey(request.WatchId))
        {
            Refuse("mvcc: duplicate watch ID provided on the WatchStream");
            return;
        }

        var keys = space.In(asked);
        if (await HeaderIfAllowedAsync(keys) is not { } header)
        {
            return;
        }

        var start = request.StartRevision > 0 ? request.StartRevision : header.Revision + 1;
        var watcher = new ProxyWatcher(IdFor(request), keys, request, context, outbox) { Next = start };
        _watchers.Add(watcher.Id, watcher);
        outbox.Post(new WatchResponse { Header = header, WatchId = watcher.Id, Created = true });
        hub.Tell(new JoinWatch(watcher));
    }

    private long IdFor(WatchCreateRequest request)
    {
        if (request.WatchId != 0)
        {
            return request.WatchId;
        }

        while (_watchers.ContainsKey(_nextId))
        {
            _nextId++;
        }

        return _nextId++;
    }

    /// <summary>
    /// Asks the cluster whether this client may read the keys, since it may come to share another's watch; the answer tells
    /// too what has happened before. A client that knows of something newer, through this proxy, is not told it again.
    /// </summary>
    private async ValueTask<ResponseHeader?> HeaderIfAllowedAsync(KeyInterval keys)
    {
        var probe = new RangeRequest { Key = keys.Key, RangeEnd = keys.End, Serializable = true, CountOnly = true, Limit = 1 };
        try
        {
            var newest = seen.Newest;
            var answer = await upstream.UnaryAsync(RawMethod.Range, probe.ToByteArray(), context, mayRepeat: true);
            var header = RangeResponse.Parser.ParseFrom(answer).Header;
            seen.Add(header.Revision);
            header.Revision = Math.Max(header.Revision, newest);
            return header;
        }
        catch (GrpcStatusException refusal) when (refusal.Status.Code is StatusCode.PermissionDenied or StatusCode.Unauthenticated or StatusCode.InvalidArgument)
        {
            Refuse($"rpc error: code = {refusal.Status.Code} desc = {refusal.Status.Message}");
            return null;
        }
    }

    private void AskProgress()
    {
        var round = new ProgressRound(_watchers.Values, seen.Newest, outbox);
        foreach (var watcher in _watchers.Values)
        {
            hub.Tell(new AskProgress(watcher, round));
        }
    }

    private void Cancel(long id)
    {
        if (_watchers.Remove(id, out var watcher))
        {
            hub.Tell(new LeaveWatch(watcher, IsAsked: true));
        }
    }

    private void Refuse(string reason) => outbox.Post(new WatchResponse
    {
        Header = new ResponseHeader { Revision = seen.Newest },
        WatchId = NoWatchId,
        Created = true,
        Canceled = true,
        CancelReason = reason,
    });
}
