using ActorEtcd.Host.Protos.Mvccpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Cluster;

/// <summary>Records the keys below a prefix and the revisions of their changes.</summary>
internal sealed class ResumingWatch(IReadOnlyList<MemberProcess> members, int first, string prefix, long fromRevision)
    : ClusterWatch(members, first, ByteString.CopyFromUtf8(prefix), EndOf(prefix), fromRevision)
{
    private readonly List<(string Key, long Revision)> _events = [];

    public (string Key, long Revision)[] Events => Read(() => _events.ToArray());

    protected override void Take(MemberProcess member, Event change) =>
        _events.Add((change.Kv.Key.ToStringUtf8(), change.Kv.ModRevision));

    private static ByteString EndOf(string prefix)
    {
        byte[] end = System.Text.Encoding.UTF8.GetBytes(prefix);
        end[^1]++;
        return ByteString.CopyFrom(end);
    }
}
