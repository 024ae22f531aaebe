using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.GrpcProxy;

/// <summary>
/// <c>MemberList</c> before a cluster: clients that ask for the members are to find proxies, not what is behind them.
/// </summary>
internal sealed class ClusterProxy(GrpcProxyOptions options, ProxyRegistration? registration, GrpcHandler passOn)
{
    public void Register(GrpcMethodTable table)
        => table.Add(EtcdMethods.Cluster, "MemberList", GrpcMethodType.Unary, ListAsync);

    private ValueTask ListAsync(GrpcCall call)
    {
        if (options.AdvertiseClientUrl.Length == 0)
        {
            return passOn(call);
        }

        var known = registration?.Known ?? [];
        var list = new MemberListResponse();
        foreach (var (name, address) in known.Count > 0 ? known : [(Environment.MachineName, options.AdvertiseClientUrl)])
        {
            list.Members.Add(new Member { Name = name, ClientURLs = { address } });
        }

        call.Respond(list);
        return ValueTask.CompletedTask;
    }
}
