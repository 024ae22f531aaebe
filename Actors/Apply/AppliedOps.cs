using ActorEtcd.Messages;

namespace ActorEtcd.Apply;

/// <summary>Which <see cref="AppliedOp"/> a command is.</summary>
internal static class AppliedOps
{
    public static AppliedOp Of(RaftCommand command) => command switch
    {
        PutRequest => AppliedOp.Put,
        TxnRequest => AppliedOp.Txn,
        DeleteRangeRequest => AppliedOp.DeleteRange,
        RangeRequest => AppliedOp.Range,
        CompactionRequest => AppliedOp.Compaction,
        LeaseGrantRequest => AppliedOp.LeaseGrant,
        LeaseRevokeRequest => AppliedOp.LeaseRevoke,
        LeaseCheckpointRequest => AppliedOp.LeaseCheckpoint,
        AlarmRequest => AppliedOp.Alarm,
        MemberAttributesRequest => AppliedOp.ClusterMemberAttrSet,
        DowngradeRequest => AppliedOp.DowngradeInfoSet,
        V2Request v2 => Of(v2),
        AuthRequest auth => Of(auth),
        _ => throw new InvalidOperationException($"{command.GetType()} has no name"),
    };

    private static AppliedOp Of(V2Request request) => request.Method switch
    {
        V2Request.Post => AppliedOp.V2Post,
        V2Request.Delete => AppliedOp.V2Delete,
        V2Request.QuorumGet => AppliedOp.V2QuorumGet,
        V2Request.Sync => AppliedOp.V2Sync,
        _ => AppliedOp.V2Put,
    };

    private static AppliedOp Of(AuthRequest request) => request switch
    {
        AuthRequest.Authenticate => AppliedOp.Authenticate,
        AuthRequest.Enable => AppliedOp.AuthEnable,
        AuthRequest.Disable => AppliedOp.AuthDisable,
        AuthRequest.UserAdd => AppliedOp.AuthUserAdd,
        AuthRequest.UserDelete => AppliedOp.AuthUserDelete,
        AuthRequest.UserChangePassword => AppliedOp.AuthUserChangePassword,
        AuthRequest.UserGrantRole => AppliedOp.AuthUserGrantRole,
        AuthRequest.UserGet => AppliedOp.AuthUserGet,
        AuthRequest.UserRevokeRole => AppliedOp.AuthUserRevokeRole,
        AuthRequest.UserList => AppliedOp.AuthUserList,
        AuthRequest.RoleAdd => AppliedOp.AuthRoleAdd,
        AuthRequest.RoleGrantPermission => AppliedOp.AuthRoleGrantPermission,
        AuthRequest.RoleGet => AppliedOp.AuthRoleGet,
        AuthRequest.RoleRevokePermission => AppliedOp.AuthRoleRevokePermission,
        AuthRequest.RoleDelete => AppliedOp.AuthRoleDelete,
        AuthRequest.RoleList => AppliedOp.AuthRoleList,
        _ => AppliedOp.AuthStatus,
    };
}
