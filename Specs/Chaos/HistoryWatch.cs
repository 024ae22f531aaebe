using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.Mvccpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;

namespace ActorEtcd.Specs.Chaos;

/// <summary>
/// Records every change below a prefix, each with what was there before, and holds the members to what they say about
/// progress: it goes on from there when it is opened again. It prefers one member.
/// </summary>
internal sealed class HistoryWatch : ClusterWatch
{
    private readonly ChaosLog _log;
    private readonly WatchJudge _judge;

    /// <param name="members">Whom it may ask.</param>
    /// <param name="first">The place of the one that it prefers.</param>
    /// <param name="log">Where it says what is wrong.</param>
    /// <param name="prefix">null: every key.</param>
    public HistoryWatch(IReadOnlyList<MemberProcess> members, int first, ChaosLog log, string? prefix = null)
        : base(members, first, From(prefix), To(prefix), fromRevision: 2)
    {
        _log = log;
        _judge = new WatchJudge(log.Violation);
        Prefix = prefix;
    }

    public string? Prefix { get; }

    public HistoryEvent[] Events => Read(() => _judge.Events.ToArray());

    protected override TimeSpan SilenceMax => TimeSpan.FromSeconds(4);

    protected override void Ask(WatchCreateRequest request)
    {
        request.PrevKv = true;
        request.ProgressNotify = true;
    }

    protected override void OnProgress(MemberProcess member, long revision)
    {
        _judge.Progress(revision);
        GoOnFrom(revision + 1);
    }

    protected override void OnCanceled(MemberProcess member, WatchResponse response) => _log.Violation(
        $"{member.Settings.Name} cancelled the watch from {NextRevision}: compacted "
        + $"{response.CompactRevision}, reason '{response.CancelReason}'");

    protected override void Take(MemberProcess member, Event change)
    {
        bool isPut = change.Type == Event.Types.EventType.Put;
        _judge.Take(
            member.Settings.Name,
            NextRevision,
            new HistoryEvent(change.Kv.ModRevision, change.Kv.Key.ToStringUtf8(), isPut ? change.Kv.Value.ToStringUtf8() : null),
            change.PrevKv?.ModRevision ?? 0,
            change.PrevKv?.Value.ToStringUtf8());
    }

    private static ByteString From(string? prefix) => ByteString.CopyFromUtf8(prefix ?? "\0");

    private static ByteString To(string? prefix) =>
        ByteString.CopyFromUtf8(prefix == null ? "\0" : prefix[..^1] + (char)(prefix[^1] + 1));
}
