using ActorEtcd.Client;
using ActorEtcd.Host.Grpc.Wire;
using ActorEtcd.Host.Protos.Etcdserverpb;

namespace ActorEtcd.Host.Services;

/// <summary>Fills the header that every response has.</summary>
public sealed class ResponseHeaders(EtcdNode node)
{
    private readonly ulong _member = node.Settings.Raft.Id.Value;

    public ResponseHeaderFields At(long revision)
        => new(node.Members.ClusterId, _member, revision, (ulong)node.Status.Term);

    public ResponseHeader Message(long revision) => new()
    {
        ClusterId = node.Members.ClusterId,
        MemberId = _member,
        Revision = revision,
        RaftTerm = (ulong)node.Status.Term,
    };

    /// <summary>A header that tells the newest revision.</summary>
    public ResponseHeader Message() => Message(node.View.Revision);
}
