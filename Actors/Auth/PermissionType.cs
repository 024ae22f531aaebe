namespace ActorEtcd.Auth;

/// <summary>What a permission allows, with etcd's numbers (<c>authpb.Permission.Type</c>).</summary>
public enum PermissionType
{
    Read,
    Write,
    ReadWrite,
}
