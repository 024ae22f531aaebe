using ActorEtcd.Alarms;
using ActorEtcd.Apply;
using ActorEtcd.Compaction;
using ActorEtcd.Lease;
using ActorEtcd.Log;
using ActorEtcd.Members;
using ActorEtcd.Peers;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using ActorEtcd.V2;
using ActorEtcd.Watch;
using Akka.Actor;
using Akka.Event;

namespace ActorEtcd.Client;

/// <summary>
/// The root of a node, <c>/user/etcd</c>: recovers the state from disk, wires the actors, and ends the node when one of
/// them fails, since half a node must not serve.
/// <code>
/// recovering   LogRecovered          the store is opened from the checkpoint, on the disk dispatcher
///              StateOpened           the other actors start, Raft last; whoever waits gets the EtcdNode
/// running      LeadershipChanged     passed to gateway, lease, compaction and space actor, v2 clock
///              InstallCheckpoint     a checkpoint from the leader is on this disk: the log starts anew from it,
///              LogResetDone          the store is opened from it,
///              StateOpened           the apply actor works on it,
///              StateReplaced         and Raft goes on behind it
///              MembersChanged        passed on; the node ends when this member is removed
///              MemberRemoved         another member says so
///              InitialHashCheck      the others hold the same data, or the node ends
///              LogRegained           a member that had lost its log has all of it again: only now it serves
/// any          StateDamaged      a damaged segment is mended with records of the other members, one of the state by a checkpoint,
///              SegmentMended     and whoever found the damage goes on,
///              SegmentSound      and the segment may be mended again, should that be necessary,
///              SegmentNotMended  or the node ends
///              LogUnusable, Failed, a child's failure   the node ends with a reason
/// </code>
/// </summary>
public sealed class EtcdActor : UntypedActor
{
    /// <summary>The dispatcher of the actors that every request crosses.</summary>
    private const string Dispatcher = "akka.etcd.dispatcher";

    // Long enough for a member that was removed while it was cut off to hear of it when it comes back.
    private static readonly TimeSpan ForgetPeerAfter = TimeSpan.FromMinutes(1);

    private readonly EtcdSettings _settings;
    private readonly Pending<EtcdNode> _started;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly RaftStatusHolder _status = new();
    private readonly GatewayCounters _counters = new();
    private readonly Dictionary<long, (string Reason, IActorRef By)> _mending = [];
    private readonly HashSet<long> _mended = [];
    private readonly HashSet<IActorRef> _menders = [];
    private IActorRef _logActor = ActorRefs.Nobody;
    private IActorRef _opener = ActorRefs.Nobody;
    private IActorRef _apply = ActorRefs.Nobody;
    private IActorRef _raft = ActorRefs.Nobody;
    private IActorRef _gateway = ActorRefs.Nobody;
    private IActorRef _lease = ActorRefs.Nobody;
    private IActorRef _compaction = ActorRefs.Nobody;
    private IActorRef _space = ActorRefs.Nobody;
    private IActorRef _members = ActorRefs.Nobody;
    private IActorRef _peers = ActorRefs.Nobody;
    private IActorRef _hashes = ActorRefs.Nobody;
    private IActorRef _scrub = ActorRefs.Nobody;
    private IActorRef _v2Clock = ActorRefs.Nobody;
    private Func<MemberTable> _memberTable;
    private OpenState? _opening;
    private LogRecovered? _recovered;
    private EtcdNode? _node;
    private bool _awaitsLog;
    private bool _awaitsCheck;
    private bool _isRunning;
    private bool _hasFailed;
    private bool _isRemoved;

    public EtcdActor(EtcdSettings settings, Pending<EtcdNode> started)
    {
        _settings = settings;
        _started = started;
        _memberTable = () => settings.Bootstrap.Members;
    }

    /// <summary>The name of the root actor below <c>/user</c>.</summary>
    public static string Name => "etcd";

    public static Props Props(EtcdSettings settings, Pending<EtcdNode> started)
        => Akka.Actor.Props.Create(() => new EtcdActor(settings, started));

    protected override void PreStart()
    {
        LostRequests.ListenIn(Context.System);
        _logActor = Context.ActorOf(LogActor.Props(_settings.Raft.Id, _settings.Raft.FlushWithin).WithDispatcher(Dispatcher), "log");
        _opener = Context.ActorOf(StateOpenerActor.Props(_settings), "opener");
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
    {
        Fail($"{Sender.Path.Name} failed: {failure.Message}", failure);
        return Directive.Stop;
    });

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LeadershipChanged changed:
                _gateway.Tell(changed);
                _lease.Tell(changed);
                _compaction.Tell(changed);
                _space.Tell(changed);
                _hashes.Tell(changed);
                _v2Clock.Tell(changed);
                _peers.Tell(changed);
                break;
            case LogRecovered recovered:
                _recovered = Prepare(recovered);
                Open(new OpenState(recovered.Manifest ?? StateOpenerActor.Bootstrap(_settings), IsStart: true));
                break;
            case StateOpened opened when _isRunning:
                // What the entries in between did to users and tokens is unknown here.
                _settings.AuthTokens.Clear();
                _apply.Tell(new ReplaceState(opened.Applier, opened.Manifest));
                break;
            case StateOpened opened:
                Start(opened);
                break;
            case InstallCheckpoint install:
                _logActor.Tell(new ResetLog(install.Manifest));
                break;
            case MembersChanged changed:
                Follow(changed);
                break;
            case MemberRemoved:
                Leave();
                break;
            case LogRegained:
                _settings.OnLogRegained();
                _awaitsLog = false;
                ServeWhenReady();
                break;
            case InitialHashCheck { Differs: true }:
                Fail($"{_settings.Raft.Id} found data inconsistency with peers", cause: null);
                break;
            case InitialHashCheck:
                _awaitsCheck = false;
                ServeWhenReady();
                break;
            case LogResetDone done:
                Open(new OpenState(done.Manifest, IsStart: false));
                break;
            case StateReplaced replaced:
                _raft.Tell(new CheckpointInstalled(replaced.Manifest));
                break;
            case StateDamaged { Segment: { IsState: true } segment } damaged when Sender.Equals(_scrub):
                RenewState(segment, damaged.Reason);
                break;
            case StateDamaged { Segment: { } segment } damaged when _mended.Add(segment.Id):
                Mend(segment, damaged.Reason);
                break;
            case StateDamaged damaged:
                Fail(damaged.Reason, cause: null, isDamage: true);
                break;
            case SegmentMended mended:
                Mended(mended);
                break;
            case SegmentSound sound:
                _mended.Remove(sound.Id);
                break;
            case SegmentNotMended unmended:
                _log.Warning("Segment {0} was not mended: {1}", unmended.Segment.Id, unmended.Reason);
                Fail(_mending[unmended.Segment.Id].Reason, cause: null, isDamage: true);
                break;
            case LogUnusable unusable:
                Fail(unusable.Reason, cause: null, unusable.IsDamage);
                break;
            case Terminated mender when _menders.Remove(mender.ActorRef):
                break;
            case Terminated terminated:
                Fail($"{terminated.ActorRef.Path.Name} stopped", cause: null);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Open(OpenState open)
    {
        _opening = open;
        _opener.Tell(open);
    }

    // Once, until the disk has given back what it was given: one that does not is not worth a second attempt in the same life.
    private void Mend(SegmentInfo segment, string reason)
    {
        _mending[segment.Id] = (reason, Sender);
        _log.Warning("Damaged: {0}; the other members are asked for what is lost", reason);
        var peers = new RemotePeerDirectory(Context.System, _memberTable, _settings.Peers);
        var segments = _settings.Peers.With(_memberTable()).Addresses.Keys
            .Where(member => member != _settings.Raft.Id)
            .Order()
            .Select(peers.SegmentsOf)
            .OfType<IActorRef>();
        _menders.Add(Context.Watch(
            Context.ActorOf(SegmentMendActor.Props(_settings.Segments, segment, [.. segments], _settings.SegmentTransfer))));
    }

    // It is whole in memory: the next checkpoint has no use for what has rotted.
    private void RenewState(SegmentInfo segment, string reason)
    {
        _log.Warning("Damaged: {0}; a new checkpoint takes its place", reason);
        _apply.Tell(CheckpointNow.Instance);
        _scrub.Tell(new SegmentMended(segment, Bytes: 0));
    }

    private void Mended(SegmentMended mended)
    {
        _mending.Remove(mended.Segment.Id, out var found);
        _settings.HashCheckCounters.CountMended();
        if (!found.By.Equals(_opener))
        {
            found.By.Tell(mended);
        }
        else if (_opening is { } opening)
        {
            _opener.Tell(opening);
        }
    }

    private void Start(StateOpened opened)
    {
        // What was mended for it was read as a whole since.
        _mended.Clear();
        var applier = opened.Applier;
        var durable = _recovered!.Entries;
        _settings.AuthTokens.PassOver(durable.IsEmpty ? opened.Manifest.Index : durable[^1].Index);
        var views = new ViewSource(applier.Store.View);
        var replicated = new ReplicatedSource(applier.Members, applier.Alarms, opened.Manifest.Index, applier.Auth, new V2Source(applier.V2.State, applier.V2.Counters))
        {
            Versions = applier.Versions,
        };
        _memberTable = () => replicated.Members;
        _gateway = Context.ActorOf(
            GatewayActor.Props(_settings.Gateway, _counters, opened.Manifest.Index).WithDispatcher(Dispatcher), "gateway");
        var watch = Context.ActorOf(WatchHubActor.Props(views, _settings.Watch).WithDispatcher(Dispatcher), "watch");
        _lease = Context.ActorOf(
            LeaseActor.Props(_settings.Lease, _gateway, _settings.RequestIds, () => _settings.Peers.With(replicated.Members))
                .WithDispatcher(Dispatcher),
            "lease");
        _compaction = Context.ActorOf(
            AutoCompactionActor.Props(_settings.AutoCompaction, _settings.Raft.Id, _gateway, _settings.RequestIds, views),
            "compaction");
        _space = Context.ActorOf(
            SpaceAlarmActor.Props(
                new SpaceAlarmSettings(_settings.Raft.Id, _settings.QuotaBytes), _gateway, _settings.RequestIds, views, replicated),
            "space");
        var v2Watch = Context.ActorOf(V2WatchHubActor.Props(replicated.V2), "v2-watch");
        _v2Clock = Context.ActorOf(
            V2ClockActor.Props(_settings.Raft.Id, _gateway, _settings.RequestIds, replicated.V2), "v2-clock");
        var checkpoint = Context.ActorOf(CheckpointActor.Props(_settings.Segments, _logActor, _settings.Apply, opened.Manifest), "checkpoint");
        var listeners = new ApplyListeners(_gateway, watch, _lease, checkpoint) { V2Watch = v2Watch };
        _apply = Context.ActorOf(
            ApplyActor.Props(applier, opened.Manifest, listeners, views, replicated, _settings.Apply).WithDispatcher(Dispatcher),
            "apply");
        var segments = Context.ActorOf(SegmentsActor.Props(_settings.Segments, _settings.SegmentTransfer, views), "segments");
        _raft = Context.ActorOf(
            RaftActor.Props(
                _settings.Raft,
                _recovered!,
                _logActor,
                _apply,
                segments,
                system => new RemotePeerDirectory(system, () => replicated.Members, _settings.Peers),
                _status,
                clock: null).WithDispatcher(Dispatcher),
            "raft");
        _members = Context.ActorOf(
            MembersActor.Props(_settings.Raft.Id, () => replicated.Members, _settings.Peers, _settings.Version),
            MembersActor.Name);
        if (PeersActor.IsPossibleIn(Context.System))
        {
            _peers = Context.ActorOf(
                PeersActor.Props(
                    _settings.Raft.Id, () => replicated.Members, _settings.Peers, _raft, _members, _settings.Reachability, ForgetPeerAfter),
                PeersActor.Name);
        }

        StartChecks(views, replicated);
        foreach (var child in Context.GetChildren())
        {
            Context.Watch(child);
        }

        _status.RoundTripMeasured = _settings.RoundTripMeasured;
        _gateway.Tell(new UseRaft(_raft));
        _isRunning = true;
        _log.Info(
            "Recovered: revision {0}, applied index {1}, {2} log entries behind it",
            views.Current.Revision,
            opened.Manifest.Index,
            _recovered!.Entries.Length);
        var actors = new NodeActors(_gateway, _apply, watch, _lease, _raft)
        {
            Space = _space,
            Members = _members,
            Scrub = _scrub,
            V2Watch = v2Watch,
        };
        _node = new EtcdNode(_settings, views, replicated, _status, _counters, actors);
        _awaitsLog = _settings.Raft.LostLogGroup is not null;
        _awaitsCheck = _settings.HashCheck.CheckAtStart;
        ServeWhenReady();
    }

    // The entries of the start are persisted before anything that Raft will ask for: the log is one order of events.
    private LogRecovered Prepare(LogRecovered recovered)
    {
        var prepared = InitialLog.Prepare(recovered, _settings);
        if (prepared.Entries.Length > recovered.Entries.Length)
        {
            _logActor.Tell(new PersistTermAndVote(Sequence: 0, prepared.Term, prepared.Vote));
            _logActor.Tell(new PersistEntries(
                Sequence: 0,
                recovered.BaseIndex + recovered.Entries.Length,
                prepared.Entries[recovered.Entries.Length..],
                prepared.CommitIndex));
        }

        return prepared;
    }

    private void StartChecks(ViewSource views, ReplicatedSource replicated)
    {
        _hashes = Context.ActorOf(
            HashCheckActor.Props(
                _settings.HashCheck,
                _settings.Raft.Id,
                views,
                replicated,
                system =>
                {
                    var directory = new RemotePeerDirectory(system, () => replicated.Members, _settings.Peers);
                    return member => directory.Find(member, HashCheckActor.Name);
                },
                _gateway,
                _settings.RequestIds,
                _settings.HashCheckCounters).WithDispatcher(CheckpointActor.Dispatcher),
            HashCheckActor.Name);
        _scrub = Context.ActorOf(
            ScrubActor.Props(_settings.Segments, _settings.ScrubBytesPerSecond, _settings.HashCheckCounters)
                .WithDispatcher(CheckpointActor.Dispatcher),
            "scrub");
    }

    private void ServeWhenReady()
    {
        if (!_awaitsLog && !_awaitsCheck)
        {
            // Whoever asks for the node uses it at once: not before its data are known to be whole.
            Etcd.Get(Context.System).Use(_node!);
            _started.TryComplete(_node!);
        }
    }

    private void Follow(MembersChanged changed)
    {
        _members.Tell(changed);
        _peers.Tell(changed);
        _settings.MembersChanged?.Invoke(changed.Members);
        if (changed.Members.IsRemoved(_settings.Raft.Id))
        {
            Leave();
        }
    }

    private void Leave()
    {
        if (!_isRemoved)
        {
            _isRemoved = true;
            _settings.OnRemoved();
        }
    }

    private void Fail(string reason, Exception? cause, bool isDamage = false)
    {
        if (_hasFailed)
        {
            return;
        }

        _hasFailed = true;
        _log.Error(cause, "The node cannot go on: {0}", reason);
        if (!_started.TryFail(new NodeFailedException(reason) { IsDamage = isDamage }))
        {
            _settings.OnFatal(reason);
        }
    }
}
