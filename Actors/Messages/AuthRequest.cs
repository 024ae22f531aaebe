using ActorEtcd.Auth;

namespace ActorEtcd.Messages;

/// <summary>
/// A request about users and roles. They all go through the log, those that only ask as well, as in etcd: so that
/// each is answered and judged by one and the same state.
/// </summary>
public abstract record AuthRequest : RaftCommand
{
    public sealed record Enable : AuthRequest;

    public sealed record Disable : AuthRequest;

    public sealed record Status : AuthRequest;

    /// <summary>
    /// The password was right, as the member says that took the request; the password itself is not in the log.
    /// <paramref name="SimpleToken"/> is the random part of the token; empty when tokens are signed.
    /// </summary>
    public sealed record Authenticate(string Name, string SimpleToken) : AuthRequest;

    /// <param name="Name">Of the new user.</param>
    /// <param name="HashedPassword">base64 of the bcrypt hash; a password never comes this far.</param>
    /// <param name="HasNoPassword">The user is known by a certificate only.</param>
    public sealed record UserAdd(string Name, string HashedPassword, bool HasNoPassword = false) : AuthRequest;

    public sealed record UserDelete(string Name) : AuthRequest;

    public sealed record UserGet(string Name) : AuthRequest;

    public sealed record UserChangePassword(string Name, string HashedPassword) : AuthRequest;

    public sealed record UserGrantRole(string User, string Role) : AuthRequest;

    public sealed record UserRevokeRole(string User, string Role) : AuthRequest;

    public sealed record UserList : AuthRequest;

    public sealed record RoleAdd(string Name) : AuthRequest;

    public sealed record RoleDelete(string Role) : AuthRequest;

    public sealed record RoleGet(string Role) : AuthRequest;

    public sealed record RoleList : AuthRequest;

    public sealed record RoleGrantPermission(string Role, Permission? Permission) : AuthRequest;

    public sealed record RoleRevokePermission(string Role, Bytes Key, Bytes RangeEnd) : AuthRequest;
}
