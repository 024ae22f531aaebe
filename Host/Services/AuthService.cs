using ActorEtcd.Auth;
using ActorEtcd.Client;
using ActorEtcd.Host.Auth;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Messages;
using Google.Protobuf;

namespace ActorEtcd.Host.Services;

/// <summary>
/// etcd's <c>Auth</c> service. Passwords end here: what goes into the log is their hash, or that one was right.
/// </summary>
public sealed class AuthService(EtcdNode node, ResponseHeaders headers, Bcrypt bcrypt)
{
    private const string Name = "etcdserverpb.Auth";

    public void Register(GrpcMethodTable table)
    {
        table
            .Unary(Name, "AuthEnable", AuthEnableRequest.Parser, async (_, call) => new AuthEnableResponse { Header = await DoAsync(new AuthRequest.Enable(), call) })
            .Unary(Name, "AuthDisable", AuthDisableRequest.Parser, async (_, call) => new AuthDisableResponse { Header = await DoAsync(new AuthRequest.Disable(), call) })
            .Unary(Name, "AuthStatus", AuthStatusRequest.Parser, StatusAsync)
            .Unary(Name, "Authenticate", AuthenticateRequest.Parser, AuthenticateAsync);
        RegisterUsers(table);
        RegisterRoles(table);
    }

    private void RegisterUsers(GrpcMethodTable table) => table
        .Unary(Name, "UserAdd", AuthUserAddRequest.Parser, AddUserAsync)
        .Unary(Name, "UserGet", AuthUserGetRequest.Parser, GetUserAsync)
        .Unary(Name, "UserList", AuthUserListRequest.Parser, ListUsersAsync)
        .Unary(Name, "UserDelete", AuthUserDeleteRequest.Parser, async (request, call) => new AuthUserDeleteResponse
        {
            Header = await DoAsync(new AuthRequest.UserDelete(request.Name), call),
        })
        .Unary(Name, "UserChangePassword", AuthUserChangePasswordRequest.Parser, ChangePasswordAsync)
        .Unary(Name, "UserGrantRole", AuthUserGrantRoleRequest.Parser, async (request, call) => new AuthUserGrantRoleResponse
        {
            Header = await DoAsync(new AuthRequest.UserGrantRole(request.User, request.Role), call),
        })
        .Unary(Name, "UserRevokeRole", AuthUserRevokeRoleRequest.Parser, async (request, call) => new AuthUserRevokeRoleResponse
        {
            Header = await DoAsync(new AuthRequest.UserRevokeRole(request.Name, request.Role), call),
        });

    private void RegisterRoles(GrpcMethodTable table) => table
        .Unary(Name, "RoleAdd", AuthRoleAddRequest.Parser, async (request, call) => new AuthRoleAddResponse
        {
            Header = await DoAsync(new AuthRequest.RoleAdd(request.Name), call),
        })
        .Unary(Name, "RoleGet", AuthRoleGetRequest.Parser, GetRoleAsync)
        .Unary(Name, "RoleList", AuthRoleListRequest.Parser, ListRolesAsync)
        .Unary(Name, "RoleDelete", AuthRoleDeleteRequest.Parser, async (request, call) => new AuthRoleDeleteResponse
        {
            Header = await DoAsync(new AuthRequest.RoleDelete(request.Role), call),
        })
        .Unary(Name, "RoleGrantPermission", AuthRoleGrantPermissionRequest.Parser, async (request, call) => new AuthRoleGrantPermissionResponse
        {
            Header = await DoAsync(new AuthRequest.RoleGrantPermission(request.Name, PermissionOf(request.Perm)), call),
        })
        .Unary(Name, "RoleRevokePermission", AuthRoleRevokePermissionRequest.Parser, async (request, call) => new AuthRoleRevokePermissionResponse
        {
            Header = await DoAsync(new AuthRequest.RoleRevokePermission(request.Role, request.Key.Memory, request.RangeEnd.Memory), call),
        });

    private async ValueTask<AuthStatusResponse> StatusAsync(AuthStatusRequest request, GrpcCall call)
    {
        var status = await AskAsync<AuthResult.Status>(new AuthRequest.Status(), call);
        return new AuthStatusResponse
        {
            Header = headers.Message(status.Revision),
            Enabled = status.IsEnabled,
            AuthRevision = status.AuthRevision,
        };
    }

    // etcd: EtcdServer.Authenticate. A password that was right under users and roles that are old by now is tried again.
    private async ValueTask<AuthenticateResponse> AuthenticateAsync(AuthenticateRequest request, GrpcCall call)
    {
        await node.LinearizeAsync();
        while (true)
        {
            var auth = node.Auth;
            await CheckPasswordAsync(auth, request);
            var tokens = node.Settings.AuthTokens;
            var given = (AuthResult.Token)await node.AuthAsync(
                new AuthRequest.Authenticate(request.Name, tokens.NewPrefix()), Credentials.Internal);
            if (node.Auth.Revision == auth.Revision)
            {
                var token = given.Value.Length > 0 ? given.Value : tokens.Sign(request.Name, given.AuthRevision);
                return new AuthenticateResponse { Header = headers.Message(given.Revision), Token = token };
            }
        }
    }

    private async ValueTask CheckPasswordAsync(AuthState auth, AuthenticateRequest request)
    {
        if (!auth.IsEnabled)
        {
            throw new EtcdException(EtcdError.AuthNotEnabled);
        }

        var user = auth.FindUser(request.Name) ?? throw new EtcdException(EtcdError.AuthFailed);
        if (user.HasNoPassword)
        {
            throw new EtcdException(EtcdError.NoPasswordUser);
        }

        if (!await bcrypt.IsOfAsync(user.PasswordHash, request.Password))
        {
            throw new EtcdException(EtcdError.AuthFailed);
        }
    }

    private async ValueTask<AuthUserAddResponse> AddUserAsync(AuthUserAddRequest request, GrpcCall call)
    {
        var hasNoPassword = request.Options?.NoPassword ?? false;

        // A hash counts only without a password, and a user with neither has the empty password, as in etcd.
        var hash = hasNoPassword ? string.Empty : await HashAsync(request.Password, request.HashedPassword);
        var add = new AuthRequest.UserAdd(request.Name, hash, hasNoPassword);
        return new AuthUserAddResponse { Header = await DoAsync(add, call) };
    }

    private async ValueTask<AuthUserChangePasswordResponse> ChangePasswordAsync(AuthUserChangePasswordRequest request, GrpcCall call)
    {
        // Without both, etcd stores a hash that no password has.
        var hash = request.Password.Length == 0 ? request.HashedPassword : await HashAsync(request.Password, string.Empty);
        return new AuthUserChangePasswordResponse
        {
            Header = await DoAsync(new AuthRequest.UserChangePassword(request.Name, hash), call),
        };
    }

    private async ValueTask<AuthUserGetResponse> GetUserAsync(AuthUserGetRequest request, GrpcCall call)
    {
        var roles = await AskAsync<AuthResult.Names>(new AuthRequest.UserGet(request.Name), call);
        var response = new AuthUserGetResponse { Header = headers.Message(roles.Revision) };
        response.Roles.Add(roles.Values);
        return response;
    }

    private async ValueTask<AuthUserListResponse> ListUsersAsync(AuthUserListRequest request, GrpcCall call)
    {
        var users = await AskAsync<AuthResult.Names>(new AuthRequest.UserList(), call);
        var response = new AuthUserListResponse { Header = headers.Message(users.Revision) };
        response.Users.Add(users.Values);
        return response;
    }

    private async ValueTask<AuthRoleListResponse> ListRolesAsync(AuthRoleListRequest request, GrpcCall call)
    {
        var roles = await AskAsync<AuthResult.Names>(new AuthRequest.RoleList(), call);
        var response = new AuthRoleListResponse { Header = headers.Message(roles.Revision) };
        response.Roles.Add(roles.Values);
        return response;
    }

    private async ValueTask<AuthRoleGetResponse> GetRoleAsync(AuthRoleGetRequest request, GrpcCall call)
    {
        var permissions = await AskAsync<AuthResult.Permissions>(new AuthRequest.RoleGet(request.Role), call);
        var response = new AuthRoleGetResponse { Header = headers.Message(permissions.Revision) };
        foreach (var permission in permissions.Values)
        {
            response.Perm.Add(new Protos.Authpb.Permission
            {
                PermType = (Protos.Authpb.Permission.Types.Type)permission.Type,
                Key = UnsafeByteOperations.UnsafeWrap(permission.Key.Memory),
                RangeEnd = UnsafeByteOperations.UnsafeWrap(permission.RangeEnd.Memory),
            });
        }

        return response;
    }

    private static Permission? PermissionOf(Protos.Authpb.Permission? given)
        => given is null ? null : new Permission((PermissionType)given.PermType, given.Key.Memory, given.RangeEnd.Memory);

    private async ValueTask<string> HashAsync(string password, string hashed)
        => password.Length == 0 && hashed.Length > 0 ? hashed : Convert.ToBase64String(await bcrypt.HashAsync(password));

    private async ValueTask<T> AskAsync<T>(AuthRequest request, GrpcCall call)
        where T : AuthResult
        => (T)await call.WithinDeadline(node.AuthAsync(request, CallCredentials.Of(call)));

    private async ValueTask<ResponseHeader> DoAsync(AuthRequest request, GrpcCall call)
        => headers.Message((await call.WithinDeadline(node.AuthAsync(request, CallCredentials.Of(call)))).Revision);
}
