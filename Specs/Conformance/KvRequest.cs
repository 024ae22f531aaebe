using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Conformance;

/// <summary>One unary request of any method, to be sent to several servers, in the name of a user or without.</summary>
public sealed record KvRequest(
    string Name,
    IMessage Message,
    Func<GrpcChannel, IMessage, IReadOnlyList<KeyValuePair<string, string>>?, Task<IMessage>> Send)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static KvRequest Of(IMessage message)
    {
        return message switch
        {
            RangeRequest => Of(EtcdMethods.Range, message),
            PutRequest => Of(EtcdMethods.Put, message),
            DeleteRangeRequest => Of(EtcdMethods.DeleteRange, message),
            TxnRequest => Of(EtcdMethods.Txn, message),
            CompactionRequest => Of(EtcdMethods.Compact, message),
            LeaseGrantRequest => Of(EtcdMethods.LeaseGrant, message),
            LeaseRevokeRequest => Of(EtcdMethods.LeaseRevoke, message),
            LeaseTimeToLiveRequest => Of(EtcdMethods.LeaseTimeToLive, message),
            LeaseLeasesRequest => Of(EtcdMethods.LeaseLeases, message),
            HashKVRequest => Of(EtcdMethods.HashKV, message),
            AuthEnableRequest => Of(AuthMethods.Enable, message),
            AuthDisableRequest => Of(AuthMethods.Disable, message),
            AuthenticateRequest => Of(AuthMethods.Authenticate, message),
            AuthUserAddRequest => Of(AuthMethods.UserAdd, message),
            AuthUserGetRequest => Of(AuthMethods.UserGet, message),
            AuthUserListRequest => Of(AuthMethods.UserList, message),
            AuthUserDeleteRequest => Of(AuthMethods.UserDelete, message),
            AuthUserChangePasswordRequest => Of(AuthMethods.UserChangePassword, message),
            AuthUserGrantRoleRequest => Of(AuthMethods.UserGrantRole, message),
            AuthUserRevokeRoleRequest => Of(AuthMethods.UserRevokeRole, message),
            AuthRoleAddRequest => Of(AuthMethods.RoleAdd, message),
            AuthRoleGetRequest => Of(AuthMethods.RoleGet, message),
            AuthRoleListRequest => Of(AuthMethods.RoleList, message),
            AuthRoleDeleteRequest => Of(AuthMethods.RoleDelete, message),
            AuthRoleGrantPermissionRequest => Of(AuthMethods.RoleGrantPermission, message),
            AuthRoleRevokePermissionRequest => Of(AuthMethods.RoleRevokePermission, message),
            _ => throw new ArgumentException($"no method takes {message.Descriptor.Name}"),
        };
    }

    public override string ToString()
    {
        return $"{Name} {Message}";
    }

    private static KvRequest Of<TRequest, TResponse>(GrpcMethod<TRequest, TResponse> method, IMessage message)
        where TResponse : IMessage
    {
        return new KvRequest(
            method.Path[(method.Path.LastIndexOf('/') + 1)..],
            message,
            async (channel, request, metadata) => await channel.UnaryAsync(
                method, (TRequest)request, Deadline, metadata: metadata));
    }
}
