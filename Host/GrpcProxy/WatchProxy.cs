using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Akka.Actor;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>The <c>Watch</c> service before a cluster: many clients' watches, few at the cluster.</summary>
internal sealed class WatchProxy(Upstream upstream, KeyNamespace space, RevisionsSeen seen, IActorRef hub)
{
    private const long FlushBytes = 64 * 1024;

    public void Register(GrpcMethodTable table)
        => table.BidiStream(EtcdMethods.WatchService, "Watch", WatchRequest.Parser, ServeAsync);

    private async ValueTask ServeAsync(GrpcRequestStream<WatchRequest> requests, GrpcCall call)
    {
        var context = CallContext.Of(call);
        var outbox = new WatchOutbox(watcher => hub.Tell(new RejoinWatch(watcher)));
        var stream = new WatchStream(upstream, space, seen, hub, context, outbox);
        var sending = SendAsync(outbox, call);
        try
        {
            while (await requests.MoveNextAsync())
            {
                await stream.HandleAsync(requests.Current);
            }

            // As in etcd, the client's last request does not end the stream: events go on until the client leaves.
            await sending;
            context.Cancellation.ThrowIfCancellationRequested();
        }
        finally
        {
            stream.End();
            outbox.Complete();
            await sending;
        }
    }

    private static async Task SendAsync(WatchOutbox outbox, GrpcCall call)
    {
        try
        {
            while (await outbox.WaitAsync(call.CancellationToken))
            {
                while (outbox.TryRead(out var response))
                {
                    call.Respond(response);
                    if (call.UnflushedBytes >= FlushBytes && !await call.FlushAsync())
                    {
                        return;
                    }
                }

                if (!await call.FlushAsync())
                {
                    return;
                }
            }
        }
        catch (GrpcStatusException failed)
        {
            call.Cancel(failed.Status);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The client is gone; the reading half ends the call.
        }
    }
}
