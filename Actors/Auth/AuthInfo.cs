namespace ActorEtcd.Auth;

/// <summary>
/// On whose behalf a request runs, and the revision of the users and roles when that was found out: a request whose
/// revision is behind is refused, since what the user may do can have changed (etcd: <c>auth.AuthInfo</c>).
/// </summary>
public sealed record AuthInfo(string User, ulong Revision)
{
    /// <summary>Nobody, as commands carry it that came without a user.</summary>
    public static readonly AuthInfo Nobody = new(string.Empty, 0);
}
