using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// Records every change of the key space, each with what was there before, and holds the members to what they say about
/// progress. It prefers one member.
/// </summary>
internal sealed class HistoryWatch(IReadOnlyList<MemberProcess> members, int first, ChaosLog log)
    : ClusterWatch(members, first, ByteString.CopyFromUtf8("\0"), ByteString.CopyFromUtf8("\0"), fromRevision: 2)
{
    private readonly List<HistoryEvent> _events = [];
    private readonly Dictionary<string, HistoryEvent> _newest = [];
    private long _promised;

    public HistoryEvent[] Events => Read(() => _events.ToArray());

    protected override TimeSpan SilenceMax => TimeSpan.FromSeconds(4);

    protected override void Ask(WatchCreateRequest request)
    {
        request.PrevKv = true;
        request.ProgressNotify = true;
    }

    protected override void OnProgress(MemberProcess member, long revision) => _promised = Math.Max(_promised, revision);

    protected override void OnCanceled(MemberProcess member, WatchResponse response) => log.Violation(
        $"{member.Settings.Name} cancelled the watch from {NextRevision}: compacted "
        + $"{response.CompactRevision}, reason '{response.CancelReason}'");

    protected override void Take(MemberProcess member, Event change)
    {
        long revision = change.Kv.ModRevision;
        if (revision < NextRevision)
        {
            log.Violation($"{member.Settings.Name} told revision {revision} again, or out of order, or split: "
                + $"expected {NextRevision} or later");
        }

        if (revision <= _promised)
        {
            log.Violation($"{member.Settings.Name} told revision {revision} after progress to {_promised}");
        }

        string key = change.Kv.Key.ToStringUtf8();
        HistoryEvent? before = _newest.GetValueOrDefault(key);
        long found = change.PrevKv?.ModRevision ?? 0;
        long expected = before?.Value == null ? 0 : before.Revision;
        if (found != expected || change.PrevKv?.Value.ToStringUtf8() != before?.Value)
        {
            log.Violation($"{member.Settings.Name} told {key} at {revision} with revision {found} before it, which is {expected}");
        }

        bool isPut = change.Type == Event.Types.EventType.Put;
        var told = new HistoryEvent(revision, key, isPut ? change.Kv.Value.ToStringUtf8() : null);
        _newest[key] = told;
        _events.Add(told);
    }
}
