using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace ActorEtcd.Auth;

/// <summary>
/// Who may do what: users, roles, and whether they matter. Part of the replicated state; never changes, so that any
/// thread may decide with it. Another object is another state.
/// </summary>
public sealed class AuthState
{
    /// <summary>What a cluster begins with: etcd counts the making of the store as its first revision.</summary>
    public static readonly AuthState Initial = new(
        isEnabled: false,
        revision: 1,
        ImmutableSortedDictionary.Create<string, AuthUser>(NameOrder.Instance),
        ImmutableSortedDictionary.Create<string, AuthRole>(NameOrder.Instance));

    /// <summary>Worked out when first asked for; every thread would work out the same.</summary>
    private readonly ConcurrentDictionary<string, RangePermissions> _permissions = new();

    private AuthState(
        bool isEnabled,
        ulong revision,
        ImmutableSortedDictionary<string, AuthUser> users,
        ImmutableSortedDictionary<string, AuthRole> roles)
    {
        IsEnabled = isEnabled;
        Revision = revision;
        Users = users;
        Roles = roles;
    }

    public bool IsEnabled { get; }

    /// <summary>Grows with every change of users and roles.</summary>
    public ulong Revision { get; }

    /// <summary>By name, in the order of names.</summary>
    public ImmutableSortedDictionary<string, AuthUser> Users { get; }

    /// <summary>By name, in the order of names.</summary>
    public ImmutableSortedDictionary<string, AuthRole> Roles { get; }

    public AuthUser? FindUser(string name) => Users.GetValueOrDefault(name);

    public AuthRole? FindRole(string name) => Roles.GetValueOrDefault(name);

    public AuthState WithEnabled(bool isEnabled, ulong revision) => new(isEnabled, revision, Users, Roles);

    /// <summary>The state after a change of users or roles.</summary>
    public AuthState With(
        ImmutableSortedDictionary<string, AuthUser>? users = null,
        ImmutableSortedDictionary<string, AuthRole>? roles = null)
        => new(IsEnabled, Revision + 1, users ?? Users, roles ?? Roles);

    public AuthState WithUser(AuthUser user) => With(users: Users.SetItem(user.Name, user));

    public AuthState WithRole(AuthRole role) => With(roles: Roles.SetItem(role.Name, role));

    /// <summary>Users and roles from elsewhere, such as a checkpoint.</summary>
    public static AuthState Of(bool isEnabled, ulong revision, IEnumerable<AuthUser> users, IEnumerable<AuthRole> roles) => new(
        isEnabled,
        revision,
        Initial.Users.SetItems(users.Select(static user => KeyValuePair.Create(user.Name, user))),
        Initial.Roles.SetItems(roles.Select(static role => KeyValuePair.Create(role.Name, role))));

    /// <summary>Whether the requester has the root role.</summary>
    public EtcdError CheckAdmin(AuthInfo? requester)
    {
        if (!IsEnabled)
        {
            return EtcdError.None;
        }

        if (requester is null || requester.User.Length == 0)
        {
            return EtcdError.UserEmpty;
        }

        return FindUser(requester.User) switch
        {
            null => EtcdError.UserNotFound,
            { IsRoot: true } => EtcdError.None,
            _ => EtcdError.PermissionDenied,
        };
    }

    public EtcdError CheckRead(AuthInfo? requester, Bytes key, Bytes rangeEnd)
        => Check(requester, key, rangeEnd, isWrite: false);

    public EtcdError CheckWrite(AuthInfo? requester, Bytes key, Bytes rangeEnd)
        => Check(requester, key, rangeEnd, isWrite: true);

    private EtcdError Check(AuthInfo? requester, Bytes key, Bytes rangeEnd, bool isWrite)
    {
        if (!IsEnabled)
        {
            return EtcdError.None;
        }

        if (requester is null || requester.Revision == 0)
        {
            return EtcdError.UserEmpty;
        }

        if (requester.Revision < Revision)
        {
            return EtcdError.AuthOldRevision;
        }

        if (FindUser(requester.User) is not { } user)
        {
            return EtcdError.PermissionDenied;
        }

        return user.IsRoot || IsAllowed(user, key, rangeEnd, isWrite) ? EtcdError.None : EtcdError.PermissionDenied;
    }

    private bool IsAllowed(AuthUser user, Bytes key, Bytes rangeEnd, bool isWrite)
    {
        if (!_permissions.TryGetValue(user.Name, out var permissions))
        {
            permissions = RangePermissions.Of(
                user.Roles.Select(FindRole).OfType<AuthRole>().SelectMany(static role => role.Permissions));
            _permissions.TryAdd(user.Name, permissions);
        }

        return isWrite ? permissions.CanWrite(key, rangeEnd) : permissions.CanRead(key, rangeEnd);
    }
}
