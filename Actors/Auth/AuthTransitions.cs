using System.Collections.Immutable;
using ActorEtcd.Messages;

namespace ActorEtcd.Auth;

/// <summary>
/// How requests change users and roles (etcd: <c>auth/store.go</c>), each a pure function from state to state. What is
/// refused throws <see cref="EtcdException"/> and changes nothing.
/// </summary>
internal static class AuthTransitions
{
    public static AuthState Apply(AuthState state, AuthRequest request) => request switch
    {
        AuthRequest.Enable => Enable(state),
        AuthRequest.Disable => state.IsEnabled ? state.WithEnabled(false, state.Revision + 1) : state,
        AuthRequest.UserAdd add => AddUser(state, add),
        AuthRequest.UserDelete delete => DeleteUser(state, delete.Name),
        AuthRequest.UserChangePassword change => ChangePassword(state, change),
        AuthRequest.UserGrantRole grant => GrantRole(state, grant.User, grant.Role),
        AuthRequest.UserRevokeRole revoke => RevokeRole(state, revoke.User, revoke.Role),
        AuthRequest.RoleAdd add => AddRole(state, add.Name),
        AuthRequest.RoleDelete delete => DeleteRole(state, delete.Role),
        AuthRequest.RoleGrantPermission grant => GrantPermission(state, grant.Role, grant.Permission),
        AuthRequest.RoleRevokePermission revoke => RevokePermission(state, revoke),
        _ => state,
    };

    private static AuthState Enable(AuthState state)
    {
        if (state.IsEnabled)
        {
            return state;
        }

        var root = state.FindUser(AuthUser.Root) ?? throw new EtcdException(EtcdError.RootUserNotExist);
        return root.IsRoot
            ? state.WithEnabled(true, state.Revision)
            : throw new EtcdException(EtcdError.RootRoleNotExist);
    }

    private static AuthState AddUser(AuthState state, AuthRequest.UserAdd add)
    {
        Refuse(add.Name.Length == 0, EtcdError.UserEmpty);
        Refuse(state.Users.ContainsKey(add.Name), EtcdError.UserAlreadyExist);
        var hash = add.HasNoPassword ? default : HashOf(add.HashedPassword);
        return state.WithUser(new AuthUser(add.Name, hash, add.HasNoPassword, []));
    }

    private static AuthState DeleteUser(AuthState state, string name)
    {
        Refuse(state.IsEnabled && name == AuthUser.Root, EtcdError.InvalidAuthMgmt);
        return state.WithoutUser(UserOf(state, name).Name);
    }

    private static AuthState ChangePassword(AuthState state, AuthRequest.UserChangePassword change)
    {
        var user = UserOf(state, change.Name);
        return state.WithUser(user with { PasswordHash = user.HasNoPassword ? default : HashOf(change.HashedPassword) });
    }

    private static AuthState GrantRole(AuthState state, string name, string role)
    {
        var user = UserOf(state, name);
        Refuse(role != AuthUser.Root && !state.Roles.ContainsKey(role), EtcdError.RoleNotFound);
        return user.HasRole(role)
            ? state
            : state.WithUser(user with { Roles = [.. user.Roles.Append(role).Order(NameOrder.Instance)] });
    }

    private static AuthState RevokeRole(AuthState state, string name, string role)
    {
        Refuse(state.IsEnabled && name == AuthUser.Root && role == AuthUser.Root, EtcdError.InvalidAuthMgmt);
        var user = UserOf(state, name);
        Refuse(!user.HasRole(role), EtcdError.RoleNotGranted);
        return state.WithUser(user with { Roles = user.Roles.Remove(role) });
    }

    private static AuthState AddRole(AuthState state, string name)
    {
        Refuse(name.Length == 0, EtcdError.RoleEmpty);
        Refuse(state.Roles.ContainsKey(name), EtcdError.RoleAlreadyExist);
        return state.WithRole(new AuthRole(name, []));
    }

    private static AuthState DeleteRole(AuthState state, string name)
    {
        Refuse(state.IsEnabled && name == AuthUser.Root, EtcdError.InvalidAuthMgmt);
        return state.WithoutRole(RoleOf(state, name).Name);
    }

    private static AuthState GrantPermission(AuthState state, string name, Permission? permission)
    {
        if (permission is null)
        {
            throw new EtcdException(EtcdError.PermissionNotGiven);
        }

        Refuse(!Permission.IsValidRange(permission.Key, permission.RangeEnd), EtcdError.InvalidAuthMgmt);
        var role = RoleOf(state, name);
        var permissions = role.Permissions;

        // As in etcd, what is replaced is the first permission on the key, and only if it has the same end.
        var first = permissions.TakeWhile(known => known.Key < permission.Key).Count();
        var isKnown = first < permissions.Length
            && permissions[first].Key == permission.Key
            && permissions[first].RangeEnd == permission.RangeEnd;
        var last = permissions.TakeWhile(known => known.Key <= permission.Key).Count();
        var changed = isKnown
            ? permissions.SetItem(first, permissions[first] with { Type = permission.Type })
            : permissions.Insert(last, permission with { Key = permission.Key.ToArray(), RangeEnd = permission.RangeEnd.ToArray() });
        return state.WithRole(role with { Permissions = changed });
    }

    private static AuthState RevokePermission(AuthState state, AuthRequest.RoleRevokePermission revoke)
    {
        var role = RoleOf(state, revoke.Role);
        var left = role.Permissions.RemoveAll(known => known.Key == revoke.Key && known.RangeEnd == revoke.RangeEnd);
        Refuse(left.Length == role.Permissions.Length, EtcdError.PermissionNotGranted);
        return state.WithRole(role with { Permissions = left });
    }

    private static AuthUser UserOf(AuthState state, string name)
        => state.FindUser(name) ?? throw new EtcdException(EtcdError.UserNotFound);

    private static AuthRole RoleOf(AuthState state, string name)
        => state.FindRole(name) ?? throw new EtcdException(EtcdError.RoleNotFound);

    private static Bytes HashOf(string base64)
    {
        var hash = new byte[base64.Length];

        // Unlike .NET, Go takes no blanks between the letters.
        return !base64.AsSpan().ContainsAny(' ', '\t') && Convert.TryFromBase64String(base64, hash, out var length)
            ? hash[..length]
            : throw new EtcdException(EtcdError.NoPasswordUser);
    }

    private static void Refuse(bool isWrong, EtcdError error)
    {
        if (isWrong)
        {
            throw new EtcdException(error);
        }
    }
}
