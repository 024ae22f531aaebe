using System.Collections.Immutable;

namespace ActorEtcd.Auth;

/// <summary>A role (etcd: <c>authpb.Role</c>), with its permissions in the order of their keys.</summary>
public sealed record AuthRole(string Name, ImmutableArray<Permission> Permissions);
