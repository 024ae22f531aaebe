using System.Collections.Immutable;

namespace ActorEtcd.Auth;

/// <summary>
/// A user (etcd: <c>authpb.User</c>). A user without a password is known by a client certificate only. Roles are in the
/// order of their names' bytes.
/// </summary>
public sealed record AuthUser(string Name, Bytes PasswordHash, bool HasNoPassword, ImmutableArray<string> Roles)
{
    /// <summary>The user, and the role, that may do everything.</summary>
    public const string Root = "root";

    public bool HasRole(string role) => Roles.Contains(role);

    public bool IsRoot => HasRole(Root);
}
