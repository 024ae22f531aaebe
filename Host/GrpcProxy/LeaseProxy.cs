using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>The part of the <c>Lease</c> service that does not just pass through.</summary>
internal sealed class LeaseProxy(Upstream upstream)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LeaseRenewals> _renewals = [];

    public void Register(GrpcMethodTable table)
        => table.BidiStream(EtcdMethods.LeaseService, "LeaseKeepAlive", LeaseKeepAliveRequest.Parser, KeepAliveAsync);

    private async ValueTask KeepAliveAsync(GrpcRequestStream<LeaseKeepAliveRequest> requests, GrpcCall call)
    {
        var context = CallContext.Of(call);
        var renewals = Enter(context);
        try
        {
            while (await requests.MoveNextAsync())
            {
                var answer = await renewals.RenewAsync(requests.Current.ID, context.Cancellation);
                if (!await call.RespondAndFlushAsync(answer))
                {
                    return;
                }
            }
        }
        finally
        {
            await LeaveAsync(context.Identity, renewals);
        }
    }

    private LeaseRenewals Enter(CallContext context)
    {
        lock (_gate)
        {
            if (!_renewals.TryGetValue(context.Identity, out var renewals))
            {
                _renewals.Add(context.Identity, renewals = new LeaseRenewals(upstream, context));
            }

            renewals.Users++;
            return renewals;
        }
    }

    private ValueTask LeaveAsync(string identity, LeaseRenewals renewals)
    {
        lock (_gate)
        {
            if (--renewals.Users > 0)
            {
                return ValueTask.CompletedTask;
            }

            _renewals.Remove(identity);
        }

        return renewals.DisposeAsync();
    }
}
