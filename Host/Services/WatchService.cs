using System.Diagnostics;
using ActorEtcd.Auth;
using ActorEtcd.Client;
using ActorEtcd.Host.Auth;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Watch;
using Akka.Actor;

namespace ActorEtcd.Host.Services;

/// <summary>etcd's <c>Watch</c> service: one stream actor per call.</summary>
public sealed class WatchService(EtcdNode node, ResponseHeaders headers, WatchMetrics metrics)
{
    /// <summary>Bytes written to the connection before a flush waits for the client.</summary>
    private const long FlushBytes = 64 * 1024;

    public void Register(GrpcMethodTable table)
        => table.BidiStream("etcdserverpb.Watch", "Watch", WatchRequest.Parser, ServeAsync);

    private async ValueTask ServeAsync(GrpcRequestStream<WatchRequest> requests, GrpcCall call)
    {
        var sink = new WatchSink(metrics.PendingEvents);
        var stream = await node.OpenWatchStreamAsync(sink);
        sink.Attach(stream);
        metrics.Streams.Increment();
        var sending = SendAsync(sink, call);
        var credentials = CallCredentials.Of(call);
        try
        {
            while (await requests.MoveNextAsync())
            {
                if (requests.Current.CreateRequest is { } create && node.Auth.IsEnabled)
                {
                    await PassGuardedAsync(CreateOf(create), stream, sink, credentials);
                    continue;
                }

                Pass(requests.Current, stream);
            }

            // As in etcd, the client's last request does not end the stream: events go on until the client leaves.
            if (await sending)
            {
                throw EtcdErrors.Stopped.ToException();
            }

            call.CancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            stream.Tell(PoisonPill.Instance);
            sink.Complete();
            metrics.Streams.Decrement();
            await sending;
            sink.Discard();
        }
    }

    // etcd: isWatchPermitted. Asked anew for each watcher, since the stream may be older than what its user may do.
    private async ValueTask PassGuardedAsync(CreateWatch create, IActorRef stream, WatchSink sink, Credentials credentials)
    {
        var error = await node.CheckReadAsync(create.Range.Start, create.Range.End, credentials);
        if (error == EtcdError.None)
        {
            stream.Tell(create);
            return;
        }

        var known = error is EtcdError.InvalidAuthToken or EtcdError.AuthOldRevision or EtcdError.UserEmpty;
        var status = EtcdErrors.Of(known ? error : EtcdError.PermissionDenied);
        sink.Write(new WatchUpdate(WatchUpdate.NoWatchId, node.View.Revision)
        {
            Created = true,
            Canceled = true,
            CancelReason = $"rpc error: code = {status.Code} desc = {status.Message}",
        });
    }

    private static void Pass(WatchRequest request, IActorRef stream)
    {
        switch (request.RequestUnionCase)
        {
            case WatchRequest.RequestUnionOneofCase.CreateRequest:
                stream.Tell(CreateOf(request.CreateRequest));
                break;
            case WatchRequest.RequestUnionOneofCase.CancelRequest:
                stream.Tell(new CancelWatch(request.CancelRequest.WatchId));
                break;
            case WatchRequest.RequestUnionOneofCase.ProgressRequest:
                stream.Tell(RequestProgress.Instance);
                break;
            default:
                // An empty request is passed over, as etcd does.
                break;
        }
    }

    // An empty key means the first possible one; an end of one zero byte means all keys from there on.
    private static CreateWatch CreateOf(WatchCreateRequest request)
    {
        Bytes key = request.Key.IsEmpty ? new byte[1] : request.Key.Memory;
        return new CreateWatch(new WatchRange(key, request.RangeEnd.Memory))
        {
            StartRevision = Math.Max(0, request.StartRevision),
            WatchId = request.WatchId,
            PrevKv = request.PrevKv,
            ProgressNotify = request.ProgressNotify,
            Fragment = request.Fragment,
            NoPut = request.Filters.Contains(WatchCreateRequest.Types.FilterType.Noput),
            NoDelete = request.Filters.Contains(WatchCreateRequest.Types.FilterType.Nodelete),
        };
    }

    // True when it is not this call's end that stopped the stream's actor: the client must come back and resume.
    private async Task<bool> SendAsync(WatchSink sink, GrpcCall call)
    {
        var cancellation = call.CancellationToken;
        var watchers = 0;
        try
        {
            while (await sink.WaitAsync(cancellation))
            {
                while (sink.TryRead(out var update))
                {
                    var started = Stopwatch.GetTimestamp();
                    watchers += Count(update);
                    call.Respond(ResponseOf(update));
                    if (call.UnflushedBytes >= FlushBytes && !await call.FlushAsync())
                    {
                        return false;
                    }

                    Measure(update, Stopwatch.GetElapsedTime(started).TotalSeconds);
                }

                if (!await call.FlushAsync())
                {
                    return false;
                }
            }

            call.Cancel(EtcdErrors.Stopped);
            return true;
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The client is gone; the reading half ends the call.
            return false;
        }
        finally
        {
            metrics.Watchers.Add(-watchers);
        }
    }

    private void Measure(WatchUpdate update, double seconds)
    {
        if (!update.Events.IsEmpty)
        {
            metrics.SendingEvents.Observe(seconds);
            metrics.SendingEvent.Observe(seconds / update.Events.Length);
        }
        else if (update.Created || update.Canceled)
        {
            metrics.SendingControl.Observe(seconds);
        }
        else
        {
            metrics.SendingProgress.Observe(seconds);
        }
    }

    // A refused watcher is created and canceled in one answer.
    private int Count(WatchUpdate update)
    {
        if (!update.Events.IsEmpty)
        {
            metrics.Events.Add(update.Events.Length);
        }

        var change = (update.Created ? 1 : 0) - (update.Canceled ? 1 : 0);
        if (change != 0)
        {
            metrics.Watchers.Add(change);
        }

        return change;
    }

    private Grpc.Wire.WatchResponse ResponseOf(WatchUpdate update)
    {
        var events = update.Events.IsEmpty ? [] : new Grpc.Wire.WatchEvent[update.Events.Length];
        for (var i = 0; i < events.Length; i++)
        {
            var happened = update.Events[i];
            events[i] = new Grpc.Wire.WatchEvent(
                happened.IsDelete,
                happened.Kv,
                update.WithPrevKv ? happened.PrevKv : ReadOnlyMemory<byte>.Empty);
        }

        return new Grpc.Wire.WatchResponse
        {
            Header = headers.At(update.HeaderRevision),
            WatchId = update.WatchId,
            Created = update.Created,
            Canceled = update.Canceled,
            CompactRevision = update.CompactRevision,
            CancelReason = update.CancelReason,
            Fragment = update.Fragment,
            Events = events,
        };
    }
}
