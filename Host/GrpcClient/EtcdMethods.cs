using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.GrpcClient;

/// <summary>The RPCs of etcd's v3 API as a client calls them.</summary>
public static class EtcdMethods
{
    public const string Kv = "etcdserverpb.KV";
    public const string WatchService = "etcdserverpb.Watch";
    public const string LeaseService = "etcdserverpb.Lease";
    public const string Cluster = "etcdserverpb.Cluster";
    public const string Maintenance = "etcdserverpb.Maintenance";

    public static readonly GrpcMethod<RangeRequest, RangeResponse> Range =
        GrpcMethod.Protobuf<RangeRequest, RangeResponse>(Kv, "Range");

    public static readonly GrpcMethod<PutRequest, PutResponse> Put =
        GrpcMethod.Protobuf<PutRequest, PutResponse>(Kv, "Put");

    public static readonly GrpcMethod<DeleteRangeRequest, DeleteRangeResponse> DeleteRange =
        GrpcMethod.Protobuf<DeleteRangeRequest, DeleteRangeResponse>(Kv, "DeleteRange");

    public static readonly GrpcMethod<TxnRequest, TxnResponse> Txn =
        GrpcMethod.Protobuf<TxnRequest, TxnResponse>(Kv, "Txn");

    public static readonly GrpcMethod<CompactionRequest, CompactionResponse> Compact =
        GrpcMethod.Protobuf<CompactionRequest, CompactionResponse>(Kv, "Compact");

    public static readonly GrpcMethod<WatchRequest, WatchResponse> Watch =
        GrpcMethod.Protobuf<WatchRequest, WatchResponse>(WatchService, "Watch");

    public static readonly GrpcMethod<LeaseGrantRequest, LeaseGrantResponse> LeaseGrant =
        GrpcMethod.Protobuf<LeaseGrantRequest, LeaseGrantResponse>(LeaseService, "LeaseGrant");

    public static readonly GrpcMethod<LeaseRevokeRequest, LeaseRevokeResponse> LeaseRevoke =
        GrpcMethod.Protobuf<LeaseRevokeRequest, LeaseRevokeResponse>(LeaseService, "LeaseRevoke");

    public static readonly GrpcMethod<LeaseKeepAliveRequest, LeaseKeepAliveResponse> LeaseKeepAlive =
        GrpcMethod.Protobuf<LeaseKeepAliveRequest, LeaseKeepAliveResponse>(LeaseService, "LeaseKeepAlive");

    public static readonly GrpcMethod<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse> LeaseTimeToLive =
        GrpcMethod.Protobuf<LeaseTimeToLiveRequest, LeaseTimeToLiveResponse>(LeaseService, "LeaseTimeToLive");

    public static readonly GrpcMethod<LeaseLeasesRequest, LeaseLeasesResponse> LeaseLeases =
        GrpcMethod.Protobuf<LeaseLeasesRequest, LeaseLeasesResponse>(LeaseService, "LeaseLeases");

    public static readonly GrpcMethod<MemberListRequest, MemberListResponse> MemberList =
        GrpcMethod.Protobuf<MemberListRequest, MemberListResponse>(Cluster, "MemberList");

    public static readonly GrpcMethod<StatusRequest, StatusResponse> Status =
        GrpcMethod.Protobuf<StatusRequest, StatusResponse>(Maintenance, "Status");

    public static readonly GrpcMethod<AlarmRequest, AlarmResponse> Alarm =
        GrpcMethod.Protobuf<AlarmRequest, AlarmResponse>(Maintenance, "Alarm");

    public static readonly GrpcMethod<HashRequest, HashResponse> Hash =
        GrpcMethod.Protobuf<HashRequest, HashResponse>(Maintenance, "Hash");

    public static readonly GrpcMethod<HashKVRequest, HashKVResponse> HashKV =
        GrpcMethod.Protobuf<HashKVRequest, HashKVResponse>(Maintenance, "HashKV");

    public static readonly GrpcMethod<MoveLeaderRequest, MoveLeaderResponse> MoveLeader =
        GrpcMethod.Protobuf<MoveLeaderRequest, MoveLeaderResponse>(Maintenance, "MoveLeader");

    public static readonly GrpcMethod<DefragmentRequest, DefragmentResponse> Defragment =
        GrpcMethod.Protobuf<DefragmentRequest, DefragmentResponse>(Maintenance, "Defragment");

    public static readonly GrpcMethod<DowngradeRequest, DowngradeResponse> Downgrade =
        GrpcMethod.Protobuf<DowngradeRequest, DowngradeResponse>(Maintenance, "Downgrade");

    public static readonly GrpcMethod<SnapshotRequest, SnapshotResponse> Snapshot =
        GrpcMethod.Protobuf<SnapshotRequest, SnapshotResponse>(Maintenance, "Snapshot");
}
