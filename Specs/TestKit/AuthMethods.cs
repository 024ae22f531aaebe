using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Specs.TestKit;

/// <summary>The RPCs of the auth service.</summary>
internal static class AuthMethods
{
    private const string Service = "etcdserverpb.Auth";

    public static readonly GrpcMethod<AuthEnableRequest, AuthEnableResponse> Enable =
        GrpcMethod.Protobuf<AuthEnableRequest, AuthEnableResponse>(Service, "AuthEnable");

    public static readonly GrpcMethod<AuthDisableRequest, AuthDisableResponse> Disable =
        GrpcMethod.Protobuf<AuthDisableRequest, AuthDisableResponse>(Service, "AuthDisable");

    public static readonly GrpcMethod<AuthStatusRequest, AuthStatusResponse> Status =
        GrpcMethod.Protobuf<AuthStatusRequest, AuthStatusResponse>(Service, "AuthStatus");

    public static readonly GrpcMethod<AuthenticateRequest, AuthenticateResponse> Authenticate =
        GrpcMethod.Protobuf<AuthenticateRequest, AuthenticateResponse>(Service, "Authenticate");

    public static readonly GrpcMethod<AuthUserAddRequest, AuthUserAddResponse> UserAdd =
        GrpcMethod.Protobuf<AuthUserAddRequest, AuthUserAddResponse>(Service, "UserAdd");

    public static readonly GrpcMethod<AuthUserGetRequest, AuthUserGetResponse> UserGet =
        GrpcMethod.Protobuf<AuthUserGetRequest, AuthUserGetResponse>(Service, "UserGet");

    public static readonly GrpcMethod<AuthUserListRequest, AuthUserListResponse> UserList =
        GrpcMethod.Protobuf<AuthUserListRequest, AuthUserListResponse>(Service, "UserList");

    public static readonly GrpcMethod<AuthUserDeleteRequest, AuthUserDeleteResponse> UserDelete =
        GrpcMethod.Protobuf<AuthUserDeleteRequest, AuthUserDeleteResponse>(Service, "UserDelete");

    public static readonly GrpcMethod<AuthUserChangePasswordRequest, AuthUserChangePasswordResponse> UserChangePassword =
        GrpcMethod.Protobuf<AuthUserChangePasswordRequest, AuthUserChangePasswordResponse>(Service, "UserChangePassword");

    public static readonly GrpcMethod<AuthUserGrantRoleRequest, AuthUserGrantRoleResponse> UserGrantRole =
        GrpcMethod.Protobuf<AuthUserGrantRoleRequest, AuthUserGrantRoleResponse>(Service, "UserGrantRole");

    public static readonly GrpcMethod<AuthUserRevokeRoleRequest, AuthUserRevokeRoleResponse> UserRevokeRole =
        GrpcMethod.Protobuf<AuthUserRevokeRoleRequest, AuthUserRevokeRoleResponse>(Service, "UserRevokeRole");

    public static readonly GrpcMethod<AuthRoleAddRequest, AuthRoleAddResponse> RoleAdd =
        GrpcMethod.Protobuf<AuthRoleAddRequest, AuthRoleAddResponse>(Service, "RoleAdd");

    public static readonly GrpcMethod<AuthRoleGetRequest, AuthRoleGetResponse> RoleGet =
        GrpcMethod.Protobuf<AuthRoleGetRequest, AuthRoleGetResponse>(Service, "RoleGet");

    public static readonly GrpcMethod<AuthRoleListRequest, AuthRoleListResponse> RoleList =
        GrpcMethod.Protobuf<AuthRoleListRequest, AuthRoleListResponse>(Service, "RoleList");

    public static readonly GrpcMethod<AuthRoleDeleteRequest, AuthRoleDeleteResponse> RoleDelete =
        GrpcMethod.Protobuf<AuthRoleDeleteRequest, AuthRoleDeleteResponse>(Service, "RoleDelete");

    public static readonly GrpcMethod<AuthRoleGrantPermissionRequest, AuthRoleGrantPermissionResponse> RoleGrantPermission =
        GrpcMethod.Protobuf<AuthRoleGrantPermissionRequest, AuthRoleGrantPermissionResponse>(Service, "RoleGrantPermission");

    public static readonly GrpcMethod<AuthRoleRevokePermissionRequest, AuthRoleRevokePermissionResponse> RoleRevokePermission =
        GrpcMethod.Protobuf<AuthRoleRevokePermissionRequest, AuthRoleRevokePermissionResponse>(Service, "RoleRevokePermission");
}
