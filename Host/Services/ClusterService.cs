using System.Collections.Immutable;
using ActorEtcd.Client;
using ActorEtcd.Host.Config;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Metrics;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Members;
using Google.Protobuf.Collections;
using Member = ActorEtcd.Members.Member;

namespace ActorEtcd.Host.Services;

/// <summary>etcd's <c>Cluster</c> service: the member list and its changes.</summary>
public sealed class ClusterService(EtcdNode node, ResponseHeaders headers, MetricRegistry registry, TimeProvider time)
{
    private const string Name = "etcdserverpb.Cluster";

    private readonly MetricFamily<Counter> _refusedPromotions = registry.Counters(
        "etcd_server_learner_promote_failures", "Learners that were not made voters when this member, the leader, was asked to.", "Reason");

    public void Register(GrpcMethodTable table) => table
        .Unary(Name, "MemberList", MemberListRequest.Parser, ListAsync)
        .Unary(Name, "MemberAdd", MemberAddRequest.Parser, AddAsync)
        .Unary(Name, "MemberRemove", MemberRemoveRequest.Parser, RemoveAsync)
        .Unary(Name, "MemberUpdate", MemberUpdateRequest.Parser, UpdateAsync)
        .Unary(Name, "MemberPromote", MemberPromoteRequest.Parser, PromoteAsync);

    private static void Fill(RepeatedField<Protos.Etcdserverpb.Member> list, MemberTable members)
        => list.Add(members.Members.Values.Select(ToMessage));

    private static Protos.Etcdserverpb.Member ToMessage(Member member)
    {
        var message = new Protos.Etcdserverpb.Member { ID = member.Id.Value, Name = member.Name, IsLearner = member.IsLearner };
        message.PeerURLs.Add(member.PeerUrls);
        message.ClientURLs.Add(member.ClientUrls);
        return message;
    }

    // etcd: types.NewURLs, which also sorts.
    private static ImmutableArray<string> Urls(IEnumerable<string> texts)
    {
        try
        {
            ImmutableArray<string> urls =
            [
                .. texts.Select(static text => EtcdUrl.Parse(text.Trim()).ToString()).Order(StringComparer.Ordinal),
            ];
            return urls.IsEmpty ? throw new EtcdException(EtcdError.MemberBadURLs) : urls;
        }
        catch (ConfigException)
        {
            throw new EtcdException(EtcdError.MemberBadURLs);
        }
    }

    // etcd's header of cluster answers tells cluster, member and term, but no revision.
    private ResponseHeader Header() => headers.Message(revision: 0);

    private async ValueTask<MemberListResponse> ListAsync(MemberListRequest request, GrpcCall call)
    {
        if (request.Linearizable)
        {
            await call.WithinDeadline(node.LinearizeAsync());
        }

        var response = new MemberListResponse { Header = Header() };
        Fill(response.Members, node.Members);
        return response;
    }

    private async ValueTask<MemberAddResponse> AddAsync(MemberAddRequest request, GrpcCall call)
    {
        var urls = Urls(request.PeerURLs);
        var id = ClusterIdentity.AddedMemberId(urls, time.GetUtcNow());
        var member = new Member(id, Name: string.Empty, urls, ClientUrls: [], request.IsLearner);
        var result = await call.WithinDeadline(node.MemberAddAsync(member));
        var response = new MemberAddResponse { Header = Header(), Member = ToMessage(member) };
        Fill(response.Members, result.Members);
        return response;
    }

    private async ValueTask<MemberRemoveResponse> RemoveAsync(MemberRemoveRequest request, GrpcCall call)
    {
        var result = await call.WithinDeadline(node.MemberRemoveAsync(new MemberId(request.ID)));
        var response = new MemberRemoveResponse { Header = Header() };
        Fill(response.Members, result.Members);
        return response;
    }

    private async ValueTask<MemberUpdateResponse> UpdateAsync(MemberUpdateRequest request, GrpcCall call)
    {
        var result = await call.WithinDeadline(node.MemberUpdateAsync(new MemberId(request.ID), Urls(request.PeerURLs)));
        var response = new MemberUpdateResponse { Header = Header() };
        Fill(response.Members, result.Members);
        return response;
    }

    private async ValueTask<MemberPromoteResponse> PromoteAsync(MemberPromoteRequest request, GrpcCall call)
    {
        try
        {
            var result = await call.WithinDeadline(node.MemberPromoteAsync(new MemberId(request.ID)));
            var response = new MemberPromoteResponse { Header = Header() };
            Fill(response.Members, result.Members);
            return response;
        }
        catch (EtcdException refusal) when (node.Status.Leader == node.Settings.Raft.Id)
        {
            _refusedPromotions.With(EtcdErrors.Of(refusal.Error).Message).Increment();
            throw;
        }
    }
}
