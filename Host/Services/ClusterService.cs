using ActorEtcd.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Services;

/// <summary>The part of etcd's <c>Cluster</c> service that changes nothing.</summary>
public sealed class ClusterService(EtcdNode node, ResponseHeaders headers)
{
    private const string Name = "etcdserverpb.Cluster";

    public void Register(GrpcMethodTable table)
        => table.Unary(Name, "MemberList", MemberListRequest.Parser, ListAsync);

    private async ValueTask<MemberListResponse> ListAsync(MemberListRequest request, GrpcCall call)
    {
        if (request.Linearizable)
        {
            await node.LinearizeAsync();
        }

        // etcd's header of cluster answers tells cluster, member and term, but no revision.
        var response = new MemberListResponse { Header = headers.Message(revision: 0) };
        foreach (var member in node.Members.Members.Values)
        {
            var listed = new Member { ID = member.Id.Value, Name = member.Name, IsLearner = member.IsLearner };
            listed.PeerURLs.Add(member.PeerUrls);
            listed.ClientURLs.Add(member.ClientUrls);
            response.Members.Add(listed);
        }

        return response;
    }
}
