using ActorEtcd.Client;
using ActorEtcd.Host.Auth;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Messages;
using Google.Protobuf;

namespace ActorEtcd.Host.Services;

/// <summary>etcd's <c>Lease</c> service.</summary>
public sealed class LeaseService(EtcdNode node, ResponseHeaders headers)
{
    private const string Name = "etcdserverpb.Lease";

    public void Register(GrpcMethodTable table) => table
        .Unary(Name, "LeaseGrant", Protos.Etcdserverpb.LeaseGrantRequest.Parser, GrantAsync)
        .Unary(Name, "LeaseRevoke", Protos.Etcdserverpb.LeaseRevokeRequest.Parser, RevokeAsync)
        .BidiStream(Name, "LeaseKeepAlive", LeaseKeepAliveRequest.Parser, KeepAliveAsync)
        .Unary(Name, "LeaseTimeToLive", LeaseTimeToLiveRequest.Parser, TimeToLiveAsync)
        .Unary(Name, "LeaseLeases", LeaseLeasesRequest.Parser, LeasesAsync);

    private async ValueTask<LeaseGrantResponse> GrantAsync(Protos.Etcdserverpb.LeaseGrantRequest request, GrpcCall call)
    {
        var grant = new Messages.LeaseGrantRequest(new LeaseId(request.ID), request.TTL);
        var result = (LeaseGrantResult)await call.WithinDeadline(node.LeaseGrantAsync(grant, CallCredentials.Of(call)));
        return new LeaseGrantResponse
        {
            Header = headers.Message(result.Revision),
            ID = result.Id.Value,
            TTL = result.TtlSeconds,
        };
    }

    private async ValueTask<LeaseRevokeResponse> RevokeAsync(Protos.Etcdserverpb.LeaseRevokeRequest request, GrpcCall call)
    {
        var result = await call.WithinDeadline(node.LeaseRevokeAsync(new LeaseId(request.ID), CallCredentials.Of(call)));
        return new LeaseRevokeResponse { Header = headers.Message(result.Revision) };
    }

    private async ValueTask KeepAliveAsync(GrpcRequestStream<LeaseKeepAliveRequest> requests, GrpcCall call)
    {
        var credentials = CallCredentials.Of(call);
        while (await requests.MoveNextAsync())
        {
            // The header tells the revision before the renewal, so that it is not ahead of the lease's state.
            var header = headers.Message();
            var ttl = await node.LeaseRenewAsync(new LeaseId(requests.Current.ID), credentials);
            var response = new LeaseKeepAliveResponse
            {
                Header = header,
                ID = requests.Current.ID,
                TTL = Math.Max(0, ttl.RemainingSeconds),
            };
            if (!await call.RespondAndFlushAsync(response))
            {
                return;
            }
        }
    }

    private async ValueTask<LeaseTimeToLiveResponse> TimeToLiveAsync(LeaseTimeToLiveRequest request, GrpcCall call)
    {
        var id = new LeaseId(request.ID);
        var (ttl, keys) = await call.WithinDeadline(
            node.LeaseTimeToLiveAsync(id, request.Keys, CallCredentials.Of(call)));
        var response = new LeaseTimeToLiveResponse
        {
            ID = request.ID,
            TTL = ttl.RemainingSeconds,
            GrantedTTL = ttl.GrantedSeconds,
        };
        foreach (var key in keys)
        {
            response.Keys.Add(ByteString.CopyFrom(key.Span));
        }

        response.Header = headers.Message();
        return response;
    }

    private async ValueTask<LeaseLeasesResponse> LeasesAsync(LeaseLeasesRequest request, GrpcCall call)
    {
        var response = new LeaseLeasesResponse();
        foreach (var id in await node.LeasesAsync(CallCredentials.Of(call)))
        {
            response.Leases.Add(new LeaseStatus { ID = id.Value });
        }

        response.Header = headers.Message();
        return response;
    }
}
