using System.Collections.Immutable;
using ActorEtcd.Auth;

namespace ActorEtcd.Messages;

/// <summary>The answers to an <see cref="AuthRequest"/> that tell more than that it was done.</summary>
public abstract record AuthResult(long Revision) : OpResult(Revision)
{
    public sealed record Status(long Revision, bool IsEnabled, ulong AuthRevision) : AuthResult(Revision);

    /// <summary>The token, empty when the member that took the request is to sign one for this revision of users and roles.</summary>
    public sealed record Token(long Revision, string Value, ulong AuthRevision) : AuthResult(Revision);

    /// <summary>Names of users or of roles, in order.</summary>
    public sealed record Names(long Revision, ImmutableArray<string> Values) : AuthResult(Revision);

    public sealed record Permissions(long Revision, ImmutableArray<Permission> Values) : AuthResult(Revision);
}
