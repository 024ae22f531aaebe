using ActorEtcd.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Services;

/// <summary>
/// A learner serves nothing but what it has itself: serializable ranges, its status, a snapshot (etcd:
/// <c>isRPCSupportedForLearner</c> in <c>etcdserver/api/v3rpc</c>).
/// </summary>
internal sealed class LearnerGuard(EtcdNode node, IGrpcGuard next) : IGrpcGuard
{
    public GrpcHandler Wrap(string service, string method, GrpcHandler handler)
    {
        var guarded = next.Wrap(service, method, handler);
        return (service, method) switch
        {
            ("etcdserverpb.Maintenance", "Status" or "Snapshot") => guarded,
            ("etcdserverpb.KV", "Range") => call => node.Status.IsLearner && !IsSerializable(call) ? throw Refusal() : guarded(call),
            _ when service.StartsWith("grpc.", StringComparison.Ordinal) => guarded,
            _ => call => node.Status.IsLearner ? throw Refusal() : guarded(call),
        };
    }

    private static EtcdException Refusal() => new(EtcdError.NotSupportedForLearner);

    private static bool IsSerializable(GrpcCall call)
    {
        try
        {
            return RangeRequest.Parser.ParseFrom(call.Request).Serializable;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
