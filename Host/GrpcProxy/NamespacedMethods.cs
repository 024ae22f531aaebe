using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.V3electionpb;
using ActorEtcd.Host.Protos.V3lockpb;
using Google.Protobuf;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// Methods that just pass through unless the proxy has a namespace: then the keys in their messages are those of the
/// namespace. Locks and elections are in it too, other than in etcd, whose proxy leaves them outside.
/// </summary>
internal sealed class NamespacedMethods(Upstream upstream, KeyNamespace space)
{
    private const string Lock = "v3lockpb.Lock";
    private const string Election = "v3electionpb.Election";

    public void Register(GrpcMethodTable table)
    {
        Unary(table, EtcdMethods.LeaseService, "LeaseTimeToLive", LeaseTimeToLiveRequest.Parser, LeaseTimeToLiveResponse.Parser, static _ => { }, response => space.Out(response), mayRepeat: true);
        Unary(table, Lock, "Lock", LockRequest.Parser, LockResponse.Parser, request => request.Name = space.In(request.Name), response => response.Key = space.Out(response.Key));
        Unary(table, Lock, "Unlock", UnlockRequest.Parser, UnlockResponse.Parser, request => request.Key = space.In(request.Key), static _ => { });
        Unary(table, Election, "Campaign", CampaignRequest.Parser, CampaignResponse.Parser, request => request.Name = space.In(request.Name), response => Out(response.Leader));
        Unary(table, Election, "Proclaim", ProclaimRequest.Parser, ProclaimResponse.Parser, request => In(request.Leader), static _ => { });
        Unary(table, Election, "Resign", ResignRequest.Parser, ResignResponse.Parser, request => In(request.Leader), static _ => { });
        Unary(table, Election, "Leader", LeaderRequest.Parser, LeaderResponse.Parser, request => request.Name = space.In(request.Name), response => space.Out(response.Kv), mayRepeat: true);
        Stream(table, Election, "Observe", LeaderRequest.Parser, LeaderResponse.Parser, request => request.Name = space.In(request.Name), response => space.Out(response.Kv));
        Stream(table, EtcdMethods.Kv, "RangeStream", RangeRequest.Parser, RangeStreamResponse.Parser, request => space.In(request), response => space.Out(response.RangeResponse));
    }

    private void In(LeaderKey? leader)
    {
        if (leader is not null)
        {
            leader.Name = space.In(leader.Name);
            leader.Key = space.In(leader.Key);
        }
    }

    private void Out(LeaderKey? leader)
    {
        if (leader is not null)
        {
            leader.Name = space.Out(leader.Name);
            leader.Key = space.Out(leader.Key);
        }
    }

    private void Unary<TRequest, TResponse>(
        GrpcMethodTable table,
        string service,
        string name,
        MessageParser<TRequest> requests,
        MessageParser<TResponse> responses,
        Action<TRequest> takeIn,
        Action<TResponse> takeOut,
        bool mayRepeat = false)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>
    {
        var method = RawMethod.Of(service, name);
        table.Unary(service, name, requests, async (TRequest request, GrpcCall call) =>
        {
            takeIn(request);
            var answer = responses.ParseFrom(await upstream.UnaryAsync(method, request.ToByteArray(), CallContext.Of(call), mayRepeat));
            takeOut(answer);
            return answer;
        });
    }

    private void Stream<TRequest, TResponse>(
        GrpcMethodTable table,
        string service,
        string name,
        MessageParser<TRequest> requests,
        MessageParser<TResponse> responses,
        Action<TRequest> takeIn,
        Action<TResponse> takeOut)
        where TRequest : IMessage<TRequest>
        where TResponse : IMessage<TResponse>
    {
        var method = RawMethod.Of(service, name);
        table.ServerStream(service, name, requests, async (request, call) =>
        {
            takeIn(request);
            var context = CallContext.Of(call);
            var channel = await upstream.PickAsync(context);
            try
            {
                await using var answers = channel.ServerStreaming(
                    method, request.ToByteArray(), context.Remaining, context.Cancellation, context.Metadata);
                while (await answers.TryReadAsync(context.Cancellation) is (true, var message))
                {
                    var answer = responses.ParseFrom(message);
                    takeOut(answer);
                    if (!await call.RespondAndFlushAsync(answer))
                    {
                        return;
                    }
                }
            }
            catch (GrpcCallException failure)
            {
                throw Upstream.StatusOf(failure).ToException();
            }
        });
    }
}
