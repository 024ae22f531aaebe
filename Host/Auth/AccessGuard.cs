using System.Collections.Frozen;
using ActorEtcd.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using Google.Protobuf;

namespace ActorEtcd.Host.Auth;

/// <summary>
/// Guards whole methods, as etcd does (<c>authMaintenanceServer</c>, <c>AuthAdmin</c>). A method that nobody thought of is
/// root's alone. While users do not matter, a call costs the reading of one field more.
/// </summary>
internal sealed class AccessGuard(EtcdNode node) : IGrpcGuard
{
    private static readonly FrozenDictionary<string, MethodAccess> Rules = new Dictionary<string, MethodAccess>
    {
        ["etcdserverpb.KV/Range"] = MethodAccess.Checked,
        ["etcdserverpb.KV/RangeStream"] = MethodAccess.Checked,
        ["etcdserverpb.KV/Put"] = MethodAccess.Checked,
        ["etcdserverpb.KV/DeleteRange"] = MethodAccess.Checked,
        ["etcdserverpb.KV/Txn"] = MethodAccess.Checked,
        ["etcdserverpb.Watch/Watch"] = MethodAccess.Checked,
        ["etcdserverpb.Lease/LeaseGrant"] = MethodAccess.Checked,
        ["etcdserverpb.Lease/LeaseRevoke"] = MethodAccess.Checked,
        ["etcdserverpb.Lease/LeaseKeepAlive"] = MethodAccess.Checked,
        ["etcdserverpb.Lease/LeaseTimeToLive"] = MethodAccess.Checked,
        ["etcdserverpb.Lease/LeaseLeases"] = MethodAccess.Checked,
        ["etcdserverpb.Cluster/MemberList"] = MethodAccess.User,
        ["etcdserverpb.Maintenance/Status"] = MethodAccess.User,
        ["etcdserverpb.Maintenance/Alarm"] = MethodAccess.Alarm,
    }.ToFrozenDictionary();

    /// <summary>Services whose requests are all checked elsewhere, or of which nothing is to be guarded.</summary>
    private static readonly FrozenDictionary<string, MethodAccess> ServiceRules = new Dictionary<string, MethodAccess>
    {
        ["etcdserverpb.Auth"] = MethodAccess.Checked,
        ["v3lockpb.Lock"] = MethodAccess.Checked,
        ["v3electionpb.Election"] = MethodAccess.Checked,
        ["grpc.health.v1.Health"] = MethodAccess.Open,
        ["grpc.reflection.v1.ServerReflection"] = MethodAccess.Open,
        ["grpc.reflection.v1alpha.ServerReflection"] = MethodAccess.Open,
    }.ToFrozenDictionary();

    public static MethodAccess AccessOf(string service, string method)
        => Rules.TryGetValue($"{service}/{method}", out var access) || ServiceRules.TryGetValue(service, out access)
            ? access
            : MethodAccess.Root;

    public GrpcHandler Wrap(string service, string method, GrpcHandler handler)
    {
        var access = AccessOf(service, method);
        return access is MethodAccess.Checked or MethodAccess.Open
            ? handler
            : call => node.Auth.IsEnabled ? ServeAsync(call, access, handler) : handler(call);
    }

    private async ValueTask ServeAsync(GrpcCall call, MethodAccess access, GrpcHandler handler)
    {
        var credentials = CallCredentials.Of(call);
        if (access == MethodAccess.User || (access == MethodAccess.Alarm && OnlyAsks(call)))
        {
            await node.RequireUserAsync(credentials);
        }
        else
        {
            await node.RequireAdminAsync(credentials);
        }

        await handler(call);
    }

    private static bool OnlyAsks(GrpcCall call)
    {
        try
        {
            return AlarmRequest.Parser.ParseFrom(call.Request).Action == AlarmRequest.Types.AlarmAction.Get;
        }
        catch (InvalidProtocolBufferException)
        {
            // The handler says what is wrong with it, to root.
            return false;
        }
    }
}
