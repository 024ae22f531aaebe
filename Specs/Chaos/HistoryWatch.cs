using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Chaos;

/// <summary>Records every change of the key space. It prefers one member.</summary>
internal sealed class HistoryWatch(IReadOnlyList<MemberProcess> members, int first, ChaosLog log)
    : ClusterWatch(members, first, ByteString.CopyFromUtf8("\0"), ByteString.CopyFromUtf8("\0"), fromRevision: 2)
{
    private readonly List<HistoryEvent> _events = [];

    public HistoryEvent[] Events => Read(() => _events.ToArray());

    protected override TimeSpan SilenceMax => TimeSpan.FromSeconds(4);

    protected override void OnCanceled(MemberProcess member, WatchResponse response) => log.Violation(
        $"{member.Settings.Name} cancelled the watch from {NextRevision}: compacted "
        + $"{response.CompactRevision}, reason '{response.CancelReason}'");

    protected override void Take(MemberProcess member, Event change)
    {
        long revision = change.Kv.ModRevision;
        if (revision < NextRevision)
        {
            log.Violation($"{member.Settings.Name} told revision {revision} again, or out of order: "
                + $"expected {NextRevision} or later");
        }

        bool isPut = change.Type == Event.Types.EventType.Put;
        _events.Add(new HistoryEvent(revision, change.Kv.Key.ToStringUtf8(), isPut ? change.Kv.Value.ToStringUtf8() : null));
    }
}
