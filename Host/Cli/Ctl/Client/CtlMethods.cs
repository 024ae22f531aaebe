using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Cli.Ctl.Client;

/// <summary>The RPCs that only an administrator's tool calls. One is made when it is called, since start-up counts.</summary>
internal static class CtlMethods
{
    private const string Auth = "etcdserverpb.Auth";

    public static GrpcMethod<AuthenticateRequest, AuthenticateResponse> Authenticate
        => GrpcMethod.Protobuf<AuthenticateRequest, AuthenticateResponse>(Auth, "Authenticate");

    public static GrpcMethod<AuthEnableRequest, AuthEnableResponse> AuthEnable
        => GrpcMethod.Protobuf<AuthEnableRequest, AuthEnableResponse>(Auth, "AuthEnable");

    public static GrpcMethod<AuthDisableRequest, AuthDisableResponse> AuthDisable
        => GrpcMethod.Protobuf<AuthDisableRequest, AuthDisableResponse>(Auth, "AuthDisable");

    public static GrpcMethod<AuthStatusRequest, AuthStatusResponse> AuthStatus
        => GrpcMethod.Protobuf<AuthStatusRequest, AuthStatusResponse>(Auth, "AuthStatus");

    public static GrpcMethod<AuthUserAddRequest, AuthUserAddResponse> UserAdd
        => GrpcMethod.Protobuf<AuthUserAddRequest, AuthUserAddResponse>(Auth, "UserAdd");

    public static GrpcMethod<AuthUserGetRequest, AuthUserGetResponse> UserGet
        => GrpcMethod.Protobuf<AuthUserGetRequest, AuthUserGetResponse>(Auth, "UserGet");

    public static GrpcMethod<AuthUserListRequest, AuthUserListResponse> UserList
        => GrpcMethod.Protobuf<AuthUserListRequest, AuthUserListResponse>(Auth, "UserList");

    public static GrpcMethod<AuthUserDeleteRequest, AuthUserDeleteResponse> UserDelete
        => GrpcMethod.Protobuf<AuthUserDeleteRequest, AuthUserDeleteResponse>(Auth, "UserDelete");

    public static GrpcMethod<AuthUserChangePasswordRequest, AuthUserChangePasswordResponse> UserChangePassword
        => GrpcMethod.Protobuf<AuthUserChangePasswordRequest, AuthUserChangePasswordResponse>(Auth, "UserChangePassword");

    public static GrpcMethod<AuthUserGrantRoleRequest, AuthUserGrantRoleResponse> UserGrantRole
        => GrpcMethod.Protobuf<AuthUserGrantRoleRequest, AuthUserGrantRoleResponse>(Auth, "UserGrantRole");

    public static GrpcMethod<AuthUserRevokeRoleRequest, AuthUserRevokeRoleResponse> UserRevokeRole
        => GrpcMethod.Protobuf<AuthUserRevokeRoleRequest, AuthUserRevokeRoleResponse>(Auth, "UserRevokeRole");

    public static GrpcMethod<AuthRoleAddRequest, AuthRoleAddResponse> RoleAdd
        => GrpcMethod.Protobuf<AuthRoleAddRequest, AuthRoleAddResponse>(Auth, "RoleAdd");

    public static GrpcMethod<AuthRoleGetRequest, AuthRoleGetResponse> RoleGet
        => GrpcMethod.Protobuf<AuthRoleGetRequest, AuthRoleGetResponse>(Auth, "RoleGet");

    public static GrpcMethod<AuthRoleListRequest, AuthRoleListResponse> RoleList
        => GrpcMethod.Protobuf<AuthRoleListRequest, AuthRoleListResponse>(Auth, "RoleList");

    public static GrpcMethod<AuthRoleDeleteRequest, AuthRoleDeleteResponse> RoleDelete
        => GrpcMethod.Protobuf<AuthRoleDeleteRequest, AuthRoleDeleteResponse>(Auth, "RoleDelete");

    public static GrpcMethod<AuthRoleGrantPermissionRequest, AuthRoleGrantPermissionResponse> RoleGrantPermission
        => GrpcMethod.Protobuf<AuthRoleGrantPermissionRequest, AuthRoleGrantPermissionResponse>(Auth, "RoleGrantPermission");

    public static GrpcMethod<AuthRoleRevokePermissionRequest, AuthRoleRevokePermissionResponse> RoleRevokePermission
        => GrpcMethod.Protobuf<AuthRoleRevokePermissionRequest, AuthRoleRevokePermissionResponse>(Auth, "RoleRevokePermission");

    public static GrpcMethod<MemberAddRequest, MemberAddResponse> MemberAdd
        => GrpcMethod.Protobuf<MemberAddRequest, MemberAddResponse>(EtcdMethods.Cluster, "MemberAdd");

    public static GrpcMethod<MemberRemoveRequest, MemberRemoveResponse> MemberRemove
        => GrpcMethod.Protobuf<MemberRemoveRequest, MemberRemoveResponse>(EtcdMethods.Cluster, "MemberRemove");

    public static GrpcMethod<MemberUpdateRequest, MemberUpdateResponse> MemberUpdate
        => GrpcMethod.Protobuf<MemberUpdateRequest, MemberUpdateResponse>(EtcdMethods.Cluster, "MemberUpdate");

    public static GrpcMethod<MemberPromoteRequest, MemberPromoteResponse> MemberPromote
        => GrpcMethod.Protobuf<MemberPromoteRequest, MemberPromoteResponse>(EtcdMethods.Cluster, "MemberPromote");

    public static GrpcMethod<RangeRequest, RangeStreamResponse> RangeStream
        => GrpcMethod.Protobuf<RangeRequest, RangeStreamResponse>(EtcdMethods.Kv, "RangeStream");
}
