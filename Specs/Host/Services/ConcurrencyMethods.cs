using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.V3electionpb;
using ActorEtcd.Host.Protos.V3lockpb;

namespace ActorEtcd.Specs.Host.Services;

/// <summary>The RPCs of the lock and election services.</summary>
internal static class ConcurrencyMethods
{
    private const string LockService = "v3lockpb.Lock";
    private const string Election = "v3electionpb.Election";

    public static readonly GrpcMethod<LockRequest, LockResponse> Lock =
        GrpcMethod.Protobuf<LockRequest, LockResponse>(LockService, "Lock");

    public static readonly GrpcMethod<UnlockRequest, UnlockResponse> Unlock =
        GrpcMethod.Protobuf<UnlockRequest, UnlockResponse>(LockService, "Unlock");

    public static readonly GrpcMethod<CampaignRequest, CampaignResponse> Campaign =
        GrpcMethod.Protobuf<CampaignRequest, CampaignResponse>(Election, "Campaign");

    public static readonly GrpcMethod<ProclaimRequest, ProclaimResponse> Proclaim =
        GrpcMethod.Protobuf<ProclaimRequest, ProclaimResponse>(Election, "Proclaim");

    public static readonly GrpcMethod<LeaderRequest, LeaderResponse> Leader =
        GrpcMethod.Protobuf<LeaderRequest, LeaderResponse>(Election, "Leader");

    public static readonly GrpcMethod<LeaderRequest, LeaderResponse> Observe =
        GrpcMethod.Protobuf<LeaderRequest, LeaderResponse>(Election, "Observe");

    public static readonly GrpcMethod<ResignRequest, ResignResponse> Resign =
        GrpcMethod.Protobuf<ResignRequest, ResignResponse>(Election, "Resign");
}
