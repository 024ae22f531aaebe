using System.Collections.Frozen;
using ActorEtcd.Host.Services;
using Google.Protobuf.Reflection;

namespace ActorEtcd.Host.Gateway;

/// <summary>etcd's table of gateway paths; everything else about a method is in its descriptor.</summary>
internal static class GatewayRoutes
{
    private static readonly (string Path, string Method)[] Table =
    [
        ("kv/range", "KV.Range"),
        ("kv/put", "KV.Put"),
        ("kv/deleterange", "KV.DeleteRange"),
        ("kv/txn", "KV.Txn"),
        ("kv/compaction", "KV.Compact"),
        ("watch", "Watch.Watch"),
        ("lease/grant", "Lease.LeaseGrant"),
        ("lease/revoke", "Lease.LeaseRevoke"),
        ("kv/lease/revoke", "Lease.LeaseRevoke"),
        ("lease/keepalive", "Lease.LeaseKeepAlive"),
        ("lease/timetolive", "Lease.LeaseTimeToLive"),
        ("kv/lease/timetolive", "Lease.LeaseTimeToLive"),
        ("lease/leases", "Lease.LeaseLeases"),
        ("kv/lease/leases", "Lease.LeaseLeases"),
        ("cluster/member/add", "Cluster.MemberAdd"),
        ("cluster/member/remove", "Cluster.MemberRemove"),
        ("cluster/member/update", "Cluster.MemberUpdate"),
        ("cluster/member/list", "Cluster.MemberList"),
        ("cluster/member/promote", "Cluster.MemberPromote"),
        ("maintenance/alarm", "Maintenance.Alarm"),
        ("maintenance/status", "Maintenance.Status"),
        ("maintenance/defragment", "Maintenance.Defragment"),
        ("maintenance/hash", "Maintenance.Hash"),
        ("maintenance/hashkv", "Maintenance.HashKV"),
        ("maintenance/snapshot", "Maintenance.Snapshot"),
        ("maintenance/transfer-leadership", "Maintenance.MoveLeader"),
        ("maintenance/downgrade", "Maintenance.Downgrade"),
        ("auth/enable", "Auth.AuthEnable"),
        ("auth/disable", "Auth.AuthDisable"),
        ("auth/status", "Auth.AuthStatus"),
        ("auth/authenticate", "Auth.Authenticate"),
        ("auth/user/add", "Auth.UserAdd"),
        ("auth/user/get", "Auth.UserGet"),
        ("auth/user/list", "Auth.UserList"),
        ("auth/user/delete", "Auth.UserDelete"),
        ("auth/user/changepw", "Auth.UserChangePassword"),
        ("auth/user/grant", "Auth.UserGrantRole"),
        ("auth/user/revoke", "Auth.UserRevokeRole"),
        ("auth/role/add", "Auth.RoleAdd"),
        ("auth/role/get", "Auth.RoleGet"),
        ("auth/role/list", "Auth.RoleList"),
        ("auth/role/delete", "Auth.RoleDelete"),
        ("auth/role/grant", "Auth.RoleGrantPermission"),
        ("auth/role/revoke", "Auth.RoleRevokePermission"),
        ("lock/lock", "Lock.Lock"),
        ("lock/unlock", "Lock.Unlock"),
        ("election/campaign", "Election.Campaign"),
        ("election/proclaim", "Election.Proclaim"),
        ("election/leader", "Election.Leader"),
        ("election/observe", "Election.Observe"),
        ("election/resign", "Election.Resign"),
    ];

    /// <summary>Every path below <c>/v3/</c> with its method, in etcd's order.</summary>
    public static readonly IReadOnlyList<(string Path, MethodDescriptor Method)> InOrder =
        [.. Table.Select(static row => (row.Path, Find(row.Method)))];

    /// <summary>Methods by the path below <c>/v3/</c>.</summary>
    public static readonly FrozenDictionary<string, MethodDescriptor> All =
        InOrder.ToFrozenDictionary(static row => row.Path, static row => row.Method);

    private static MethodDescriptor Find(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return ServiceDescriptors.All
            .SelectMany(static file => file.Services)
            .Single(service => service.Name == name[..dot])
            .FindMethodByName(name[(dot + 1)..]);
    }
}
