using System.Collections.Concurrent;
using System.Collections.Immutable;
using ActorEtcd.Apply;

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
        ImmutableSortedDictionary.Create<string, AuthRole>(NameOrder.Instance),
        sum: 0);

    /// <summary>Worked out when first asked for; every thread would work out the same.</summary>
    private readonly ConcurrentDictionary<string, RangePermissions> _permissions = new();

    /// <summary>Over all users and roles, in no order; kept in step with them.</summary>
    private readonly ulong _sum;

    private AuthState(
        bool isEnabled,
        ulong revision,
        ImmutableSortedDictionary<string, AuthUser> users,
        ImmutableSortedDictionary<string, AuthRole> roles,
        ulong sum)
    {
        IsEnabled = isEnabled;
        Revision = revision;
        Users = users;
        Roles = roles;
        _sum = sum;
    }

    public bool IsEnabled { get; }

    /// <summary>Grows with every change of users and roles.</summary>
    public ulong Revision { get; }

    /// <summary>By name, in the order of names.</summary>
    public ImmutableSortedDictionary<string, AuthUser> Users { get; }

    /// <summary>By name, in the order of names.</summary>
    public ImmutableSortedDictionary<string, AuthRole> Roles { get; }

    /// <summary>What users and roles come to when members compare; the revision counts while they matter.</summary>
    public ulong Digest => StateHash.Mix(_sum, IsEnabled ? Revision : 0);

    public AuthUser? FindUser(string name) => Users.GetValueOrDefault(name);

    public AuthRole? FindRole(string name) => Roles.GetValueOrDefault(name);

    public AuthState WithEnabled(bool isEnabled, ulong revision) => new(isEnabled, revision, Users, Roles, _sum);

    public AuthState WithUser(AuthUser user) => new(
        IsEnabled, Revision + 1, Users.SetItem(user.Name, user), Roles, _sum - SumOf(FindUser(user.Name)) + AuthDigest.Of(user));

    public AuthState WithoutUser(string name) =>
        new(IsEnabled, Revision + 1, Users.Remove(name), Roles, _sum - SumOf(FindUser(name)));

    public AuthState WithRole(AuthRole role) => new(
        IsEnabled, Revision + 1, Users, Roles.SetItem(role.Name, role), _sum - SumOf(FindRole(role.Name)) + AuthDigest.Of(role));

    /// <summary>Nobody has the role any more.</summary>
    public AuthState WithoutRole(string name)
    {
        var users = Users.ToBuilder();
        var sum = _sum - SumOf(FindRole(name));
        foreach (var holder in Users.Values.Where(user => user.HasRole(name)))
        {
            var left = holder with { Roles = holder.Roles.Remove(name) };
            users[holder.Name] = left;
            sum += AuthDigest.Of(left) - AuthDigest.Of(holder);
        }

        return new(IsEnabled, Revision + 1, users.ToImmutable(), Roles.Remove(name), sum);
    }

    /// <summary>Users and roles from elsewhere, such as a checkpoint.</summary>
    public static AuthState Of(bool isEnabled, ulong revision, IEnumerable<AuthUser> users, IEnumerable<AuthRole> roles)
    {
        var allUsers = Initial.Users.SetItems(users.Select(static user => KeyValuePair.Create(user.Name, user)));
        var allRoles = Initial.Roles.SetItems(roles.Select(static role => KeyValuePair.Create(role.Name, role)));
        ulong sum = 0;
        foreach (var user in allUsers.Values)
        {
            sum += AuthDigest.Of(user);
        }

        foreach (var role in allRoles.Values)
        {
            sum += AuthDigest.Of(role);
        }

        return new(isEnabled, revision, allUsers, allRoles, sum);
    }

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

    private static ulong SumOf(AuthUser? user) => user is null ? 0 : AuthDigest.Of(user);

    private static ulong SumOf(AuthRole? role) => role is null ? 0 : AuthDigest.Of(role);

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
