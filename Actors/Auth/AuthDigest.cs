using ActorEtcd.Apply;

namespace ActorEtcd.Auth;

/// <summary>
/// What a user or a role comes to when members compare. Left out is what members that come from etcd may legitimately hold in
/// different ways: the salted hash of a password, which each member of etcd 3.4 makes for itself, and the order of permissions on
/// one key.
/// </summary>
internal static class AuthDigest
{
    private const ulong OfUser = 1;
    private const ulong OfRole = 2;

    public static ulong Of(AuthUser user)
    {
        ulong roles = 0;
        foreach (var role in user.Roles)
        {
            roles += StateHash.Mix(0, role);
        }

        return StateHash.Mix(StateHash.Mix(StateHash.Mix(OfUser, user.Name), user.HasNoPassword ? 1UL : 0UL), roles);
    }

    public static ulong Of(AuthRole role)
    {
        ulong permissions = 0;
        foreach (var permission in role.Permissions)
        {
            permissions += StateHash.Mix(
                StateHash.Mix(StateHash.Mix(0, (ulong)permission.Type), permission.Key.Span), permission.RangeEnd.Span);
        }

        return StateHash.Mix(StateHash.Mix(OfRole, role.Name), permissions);
    }
}
