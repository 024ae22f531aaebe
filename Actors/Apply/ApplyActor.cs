using System.Collections.Immutable;
using ActorEtcd.Client;
using ActorEtcd.Lease;
using ActorEtcd.Log;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using ActorEtcd.V2;
using ActorEtcd.Watch;
using Akka.Actor;
using Akka.Event;

namespace ActorEtcd.Apply;

/// <summary>
/// Applies committed entries in order, publishes each batch at once, and tells everybody whom it concerns. The only
/// writer of the store.
/// <code>
/// ApplyCommitted    applied, published; outcomes, events, lease changes sent; AppliedTo to Raft. An entry that meets a damaged
///                   record waits, and what comes behind it, until that is mended
/// ApplyWaiting      those that wait
/// ReplaceState      another store and state, from the leader's checkpoint
/// Upkeep            a bounded slice of compaction and of moving live records together, again while there is more
/// AwaitCompaction   answered when no superseded record is left in the index
/// Defragment        slices until no segment of that moment has garbage, then a checkpoint, then the answer
/// CheckpointNow     a checkpoint, unless one is under way
/// CheckpointTaken, CheckpointFailed   the one under way is over
/// ListLeases, ListLeaseKeys           answered from the lease table
/// CaptureState      answered with the published view and the rest of the state at the same index
/// </code>
/// Invariant: an outcome or event leaves only after the view that holds it is published, and the lease actor hears of
/// a change before anybody hears of its outcome, so that a client who was granted a lease can renew it at once.
/// </summary>
public sealed partial class ApplyActor : UntypedActor, IWithTimers
{
    private readonly ApplyListeners _listeners;
    private readonly ViewSource _views;
    private readonly ReplicatedSource _replicated;
    private readonly ApplySettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    // Raft hands over a bounded number of bytes before it hears that they are applied.
    private readonly Queue<(ApplyCommitted Committed, IActorRef Raft)> _waiting = new();
    private readonly MendPatience _patience = new();
    private Applier _applier;
    private long _index;
    private long _term;
    private long _checkpointIndex;
    private long _bytesSinceCheckpoint;
    private long _bytesUnderWay;
    private TimeSpan _nextCheckpointAt = TimeSpan.MinValue;
    private bool _checkpointUnderWay;

    public ApplyActor(
        Applier applier,
        CheckpointManifest manifest,
        ApplyListeners listeners,
        ViewSource views,
        ReplicatedSource replicated,
        ApplySettings settings)
    {
        _applier = applier;
        _listeners = listeners;
        _views = views;
        _replicated = replicated;
        _settings = settings;
        _index = _checkpointIndex = manifest.Index;
        _term = manifest.Term;
        _replicated.Sums.Begin(_index, _applier.Store.WrittenSum, _applier.StateDigest);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(
        Applier applier,
        CheckpointManifest manifest,
        ApplyListeners listeners,
        ViewSource views,
        ReplicatedSource replicated,
        ApplySettings settings)
        => Akka.Actor.Props.Create(() => new ApplyActor(applier, manifest, listeners, views, replicated, settings));

    protected override void PreStart()
    {
        _listeners.Lease.Tell(new LeasesRestored([.. _applier.Leases.Records]));
        Timers.StartPeriodicTimer(UpkeepDue.Instance, UpkeepDue.Instance, ApplySettings.UpkeepInterval);
    }

    protected override void PostStop()
    {
        foreach (var waiting in _awaitingCompaction.Concat(_defragmenting).Concat(_awaitingCheckpoint).Concat(_checkpointing))
        {
            waiting.TryFail(EtcdError.Stopped);
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ApplyCommitted committed: Take(committed); break;
            case ApplyWaiting: ApplyThoseThatWait(); break;
            case Upkeep: DoUpkeep(); break;
            case UpkeepDue: OnUpkeepDue(); break;
            case AwaitCompaction wait: Await(wait.Done); break;
            case Defragment defragment: Begin(defragment); break;
            case ReplaceState replace: Replace(replace); break;
            case CheckpointNow: TakeCheckpoint(); break;
            case CheckpointTaken taken: EndCheckpoint(taken.Index); break;
            case CheckpointFailed: FailCheckpoint(); break;
            case ListLeases list: list.Reply.TryComplete([.. _applier.Leases.Records.Select(static l => l.Id)]); break;
            case CaptureState capture: Capture(capture.Reply); break;
            case ListLeaseKeys list: list.Reply.TryComplete([.. _applier.Leases.KeysOf(list.Id)]); break;
            default: Unhandled(message); break;
        }
    }

    private void Take(ApplyCommitted committed)
    {
        if (_waiting.Count > 0 || !Apply(committed, Sender))
        {
            _waiting.Enqueue((committed, Sender));
        }
    }

    private void ApplyThoseThatWait()
    {
        while (_waiting.TryPeek(out var next) && Apply(next.Committed, next.Raft))
        {
            _waiting.Dequeue();
        }
    }

    // The entry before which it stopped has changed nothing, so it can be applied as if it came now.
    private void AwaitMend(SegmentDamagedException damage)
    {
        if (!_patience.Meet())
        {
            throw damage;
        }

        _log.Warning("Entry {0} waits for a damaged record: {1}", _index + 1, damage.Message);
        Context.System.EventStream.Publish(new VerifySegment(damage.SegmentId));
        Timers.StartSingleTimer(ApplyWaiting.Instance, ApplyWaiting.Instance, MendPatience.Interval);
    }

    // False when a damaged record was in the way: the entries from there on are to be applied later.
    private bool Apply(ApplyCommitted committed, IActorRef raft)
    {
        var clock = Context.System.Scheduler;
        var start = clock.HighResMonotonicClock;
        var configuration = _applier.Configuration;
        var damage = ApplyEntries(committed.Entries);
        Announce(_applier.Publish(_index, _term));
        if (!ReferenceEquals(configuration, _applier.Configuration))
        {
            // Before AppliedTo: Raft takes a change whose index is applied for one that is in force.
            raft.Tell(new ConfigurationApplied(_applier.Configuration));
        }

        raft.Tell(new AppliedTo(_index));
        var took = clock.HighResMonotonicClock - start;
        if (took > _settings.SlowBatch)
        {
            _replicated.Counters.CountSlowBatch();
            _log.Warning(
                "apply request took too long: {0} ms for {1} entries up to {2}",
                (long)took.TotalMilliseconds,
                committed.Entries.Length,
                _index);
        }

        TakeCheckpointWhenDue();
        if (damage is not null)
        {
            AwaitMend(damage);
        }

        return damage is null;
    }

    private SegmentDamagedException? ApplyEntries(ImmutableArray<LogEntry> entries)
    {
        var clock = Context.System.Scheduler;
        var begun = clock.HighResMonotonicClock;
        foreach (var entry in entries)
        {
            if (entry.Index <= _index)
            {
                continue;
            }

            Invariant.Check(entry.Index == _index + 1, $"entry {entry.Index} comes after applied entry {_index}");
            try
            {
                if (_applier.Apply(entry, _replicated.Counters) is { } malformed)
                {
                    _log.Error("Entry {0} of term {1} is passed over on every member: {2}", entry.Index, entry.Term, malformed);
                }
            }
            catch (SegmentDamagedException damage)
            {
                return damage;
            }

            _patience.Pass();
            var ended = clock.HighResMonotonicClock;
            if (_applier.LastOp is { } last)
            {
                _settings.Observer.Applied(last.Op, last.IsSuccess, ended - begun);
            }

            begun = ended;
            _index = entry.Index;
            _term = entry.Term;
            _replicated.Sums.Note(_index, _applier.Store.WrittenSum, _applier.StateDigest);
            _bytesSinceCheckpoint += entry.Data.Length;
        }

        return null;
    }

    private void Announce(AppliedBatch batch)
    {
        _replicated.Auth = _applier.Auth;
        _views.Current = batch.View;
        var wereMembers = _replicated.Members;
        _replicated.Members = _applier.Members;
        _replicated.Alarms = _applier.Alarms;
        _replicated.Versions = _applier.Versions;
        var v2 = _replicated.V2.State;
        _replicated.V2.State = _applier.V2.State;
        _replicated.AppliedIndex = batch.Index;
        if (!batch.LeaseChanges.IsEmpty)
        {
            _listeners.Lease.Tell(new LeasesChanged(batch.LeaseChanges));
        }

        if (!ReferenceEquals(v2, _applier.V2.State))
        {
            // Before the outcomes: who hears of a change and watches from there on finds it in the hub's history.
            _listeners.V2Watch.Tell(new V2Applied(_applier.V2.State, batch.V2Notices));
        }

        _listeners.Gateway.Tell(new BatchApplied(batch.Index, batch.Outcomes));
        if (!ReferenceEquals(wereMembers, _applier.Members))
        {
            Context.Parent.Tell(new MembersChanged(_applier.Members));
        }

        if (!batch.Changes.IsEmpty)
        {
            _listeners.Watch.Tell(new EventsApplied(batch.View, EventsOf(batch.Changes)));
        }

        if (_applier.Store.IsCompacting)
        {
            ScheduleUpkeep();
        }
    }

    private ImmutableArray<WatchEvent> EventsOf(ImmutableArray<StoreChange> changes)
    {
        var events = ImmutableArray.CreateBuilder<WatchEvent>(changes.Length);
        var putBytes = 0L;
        foreach (var change in changes)
        {
            events.Add(WatchEvents.Of(change));
            putBytes += change.IsTombstone ? 0 : change.Record.Length;
        }

        _replicated.Counters.CountPutBytes(putBytes);
        return events.MoveToImmutable();
    }

    private void Replace(ReplaceState replace)
    {
        _applier.Store.Abandon(replace.Manifest.Store);
        _applier = replace.Applier;
        _index = _checkpointIndex = replace.Manifest.Index;
        _term = replace.Manifest.Term;
        _bytesSinceCheckpoint = _bytesUnderWay = 0;
        _settings.Space.IsCheckpointOverdue = false;
        _replicated.V2.Counters = _applier.V2.Counters;
        _replicated.Sums.Begin(_index, _applier.Store.WrittenSum, _applier.StateDigest);
        Announce(_applier.Publish(_index, _term));
        _listeners.Checkpoint.Tell(new CheckpointReplaced(replace.Manifest));
        _listeners.V2Watch.Tell(new V2Replaced(_applier.V2.State));
        _listeners.Watch.Tell(new StoreReplaced(_views.Current));
        _listeners.Lease.Tell(new LeasesRestored([.. _applier.Leases.Records]));
        Sender.Tell(new StateReplaced(replace.Manifest));
        EndCompaction();
        EndRewriting();
    }

    private bool IsBehindCheckpointBy(int times) =>
        _index - _checkpointIndex >= times * _settings.SnapshotCount || _bytesSinceCheckpoint >= times * _settings.CheckpointBytes;

    private void TakeCheckpointWhenDue()
    {
        if (!_checkpointUnderWay
            && IsBehindCheckpointBy(1)
            && Context.System.Scheduler.HighResMonotonicClock >= _nextCheckpointAt)
        {
            TakeCheckpoint();
        }
    }

    private void TakeCheckpoint()
    {
        if (_checkpointUnderWay)
        {
            return;
        }

        _checkpointUnderWay = true;
        _bytesUnderWay = _bytesSinceCheckpoint;
        CountOnCheckpoint();
        var manifest = new CheckpointManifest(_index, _term, _applier.Configuration, _applier.Store.Capture(), Bytes.Empty);
        _listeners.Checkpoint.Tell(new TakeCheckpoint(manifest, _applier.CaptureState()));
    }

    private void Capture(Pending<CapturedState> reply) =>
        reply.TryComplete(new CapturedState(_views.Current, _applier.CaptureState(), _applier.Configuration));

    private void EndCheckpoint(long index)
    {
        _checkpointUnderWay = false;
        _checkpointIndex = Math.Max(_checkpointIndex, index);
        _bytesSinceCheckpoint -= _bytesUnderWay;
        _settings.Space.IsCheckpointOverdue = false;
        EndDefragment();
    }

    // The log keeps everything behind the last checkpoint, on disk and in memory: it must not grow without bound while the
    // next one has no room.
    private void FailCheckpoint()
    {
        _checkpointUnderWay = false;
        _nextCheckpointAt = Context.System.Scheduler.HighResMonotonicClock + ApplySettings.CheckpointRetry;
        _settings.Space.IsCheckpointOverdue = IsBehindCheckpointBy(ApplySettings.CheckpointsMissedMax);
        EndDefragment();
    }

    private sealed class ApplyWaiting
    {
        public static readonly ApplyWaiting Instance = new();
    }
}
