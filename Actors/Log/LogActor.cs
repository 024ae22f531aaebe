using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorEtcd.Log;

/// <summary>
/// Owns the durable log of this member: one persistence id, one order of events.
/// <code>
/// PersistEntries, PersistTermAndVote -> one event each; LogPersisted to raft when durable
/// PersistCommit                      -> an event that nobody waits for
/// ResetLog                           -> an event; LogResetDone to the sender, then the checkpoint is saved too
/// SaveCheckpoint                     -> snapshot of what the checkpoint covers; older events are deleted
/// AttachRaft                         -> the sender is raft
/// </code>
/// Events are persisted without stashing commands, so that what arrives during a flush joins the next one, as far as
/// <see cref="WritePace"/> allows; the rest waits here.
/// A failed write stops this actor, and its parent ends the process: what the disk holds after a failed flush
/// is not known, and trying again would only hide that.
/// </summary>
public sealed class LogActor : UntypedPersistentActor
{
    private readonly LogState _state = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Queue<Waiting> _waiting = new();
    private readonly WritePace _pace;
    private IActorRef _raft = ActorRefs.Nobody;
    private long _sequenceRequested;
    private long _sequenceDurable;
    private long _sequenceAcknowledged;
    private bool _isAckScheduled;
    private (CheckpointManifest Manifest, IActorRef Asker, long SequenceNr)? _saving;
    private (CheckpointManifest Manifest, IActorRef Asker)? _nextSave;

    public LogActor(MemberId id, TimeSpan flushWithin)
    {
        PersistenceId = PersistenceIdOf(id);
        _pace = new WritePace(flushWithin);
    }

    public override string PersistenceId { get; }

    public static string PersistenceIdOf(MemberId id) => $"raft-{id}";

    /// <summary>The parent is told <see cref="LogRecovered"/> once, or <see cref="LogUnusable"/>.</summary>
    /// <param name="id">The member whose log it is.</param>
    /// <param name="flushWithin">What one flush may take; fewer bytes are written at once when it takes longer.</param>
    public static Props Props(MemberId id, TimeSpan flushWithin)
        => Akka.Actor.Props.Create(() => new LogActor(id, flushWithin));

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: LogSnapshot snapshot } offer:
                _state.Restore(snapshot, offer.Metadata.SequenceNr);
                break;
            case LogEvent logEvent:
                _state.Fold(logEvent, LastSequenceNr);
                break;
            case RecoveryCompleted:
                Context.Parent.Tell(_state.ToRecovered());
                break;
            default:
                throw new InvariantViolatedException($"the log holds a {message.GetType().Name}");
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case PersistEntries m:
                Write(new LogEvent.EntriesAppended(m.PrevIndex, m.Entries, m.CommitIndex), m.Sequence);
                break;
            case PersistTermAndVote m:
                Write(new LogEvent.TermAndVoteChanged(m.Term, m.Vote), m.Sequence);
                break;
            case PersistCommit m:
                Write(new LogEvent.CommitAdvanced(m.Index), sequence: 0);
                break;
            case AckTick:
                _isAckScheduled = false;
                Acknowledge();
                break;
            case AttachRaft:
                _raft = Sender;
                break;
            case ResetLog m:
                Reset(m.Manifest, Sender);
                break;
            case SaveCheckpoint m:
                Save(m.Manifest, Sender);
                break;
            case SaveSnapshotSuccess m when m.Metadata.SequenceNr == _saving?.SequenceNr:
                Saved(_saving.Value.Manifest, _saving.Value.Asker, m.Metadata.SequenceNr);
                break;
            case SaveSnapshotFailure m when m.Metadata.SequenceNr == _saving?.SequenceNr:
                SaveFailed(_saving.Value.Manifest, _saving.Value.Asker, m.Cause);
                break;
            case DeleteMessagesFailure m:
                _log.Warning("Events up to {0} were not deleted: {1}", m.ToSequenceNr, m.Cause.Message);
                break;
            case DeleteSnapshotsFailure m:
                _log.Warning("Older checkpoints were not deleted: {0}", m.Cause.Message);
                break;
            case DeleteMessagesSuccess or DeleteSnapshotsSuccess or SaveSnapshotSuccess or SaveSnapshotFailure:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        Context.Parent.Tell(new LogUnusable($"writing event {sequenceNr} failed: {cause.Message}"));
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        // A rejected event leaves a hole that later events would be folded over.
        Context.Parent.Tell(new LogUnusable($"the journal refused event {sequenceNr}: {cause.Message}"));
        base.OnPersistRejected(cause, @event, sequenceNr);
        Context.Stop(Self);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        Context.Parent.Tell(new LogUnusable(
            $"the log cannot be recovered: {reason.Message}", DamagedDataException.IsBehind(reason)));
        base.OnRecoveryFailure(reason, message);
    }

    private void Write(LogEvent logEvent, long sequence)
    {
        _sequenceRequested = Math.Max(_sequenceRequested, sequence);
        Write(logEvent, written => Persisted(written, sequence));
    }

    private void Write(LogEvent logEvent, Action<LogEvent> whenDurable)
    {
        _waiting.Enqueue(new Waiting(logEvent, SizeOf(logEvent), whenDurable));
        WriteWaiting();
    }

    private void WriteWaiting()
    {
        while (_waiting.TryPeek(out var next) && _pace.Admits(next.Bytes))
        {
            _waiting.Dequeue();
            _pace.Begin(next.Bytes);
            var begunAt = Context.System.Scheduler.HighResMonotonicClock;
            PersistAsync(next.Event, written =>
            {
                _pace.End(next.Bytes, begunAt, Context.System.Scheduler.HighResMonotonicClock, _waiting.Count > 0);
                next.WhenDurable(written);
                WriteWaiting();
            });
        }
    }

    private static long SizeOf(LogEvent logEvent) => logEvent is LogEvent.EntriesAppended appended
        ? LogEntry.OverheadBytes + appended.Entries.Sum(static entry => entry.SizeBytes)
        : LogEntry.OverheadBytes;

    private void Persisted(LogEvent logEvent, long sequence)
    {
        _state.Fold(logEvent, LastSequenceNr);
        if (sequence == 0)
        {
            return;
        }

        _sequenceDurable = sequence;
        if (sequence == _sequenceRequested)
        {
            Acknowledge();
        }
        else if (!_isAckScheduled)
        {
            // The rest of the same flush is in the mailbox already: one acknowledgement for all of it.
            _isAckScheduled = true;
            Self.Tell(AckTick.Instance);
        }
    }

    private void Acknowledge()
    {
        if (_sequenceDurable > _sequenceAcknowledged)
        {
            _sequenceAcknowledged = _sequenceDurable;
            _raft.Tell(new LogPersisted(_sequenceDurable));
        }
    }

    private void Reset(CheckpointManifest manifest, IActorRef asker) =>
        Write(new LogEvent.LogReset(manifest), written =>
        {
            _state.Fold(written, LastSequenceNr);
            asker.Tell(new LogResetDone(manifest));
            Save(manifest, ActorRefs.Nobody);
        });

    private void Save(CheckpointManifest manifest, IActorRef asker)
    {
        if (_saving is not null)
        {
            _nextSave = (manifest, asker);
            return;
        }

        if (_state.Manifest is not null && manifest.Index < _state.BaseIndex)
        {
            asker.Tell(new CheckpointSaveFailed(manifest, $"the log begins behind it, at {_state.BaseIndex}"));
            return;
        }

        // The snapshot takes the number of the last event that it covers, not of the last event there is: the
        // events between hold entries that only a replay brings back.
        var sequenceNr = _state.SequenceNrCoveredBy(manifest.Index);
        _saving = (manifest, asker, sequenceNr);
        var metadata = new SnapshotMetadata(
            SnapshotterId, sequenceNr, Context.System.Scheduler.Now.UtcDateTime);
        SnapshotStore.Tell(new SaveSnapshot(metadata, _state.SnapshotOf(manifest)), Self);
    }

    private void Saved(CheckpointManifest manifest, IActorRef asker, long sequenceNr)
    {
        _saving = null;
        _state.Compact(manifest);
        DeleteMessages(sequenceNr);
        if (sequenceNr > 0)
        {
            DeleteSnapshots(new SnapshotSelectionCriteria(sequenceNr - 1));
        }

        var saved = new CheckpointSaved(manifest);
        asker.Tell(saved);
        _raft.Tell(saved);
        SaveNext();
    }

    private void SaveFailed(CheckpointManifest manifest, IActorRef asker, Exception cause)
    {
        _saving = null;
        _log.Error(cause, "The checkpoint at {0} was not saved", manifest.Index);
        asker.Tell(new CheckpointSaveFailed(manifest, cause.Message));
        SaveNext();
    }

    private void SaveNext()
    {
        if (_nextSave is { } next)
        {
            _nextSave = null;
            Save(next.Manifest, next.Asker);
        }
    }

    /// <summary>An event that waits for its turn; each is written after those that came before it.</summary>
    private readonly record struct Waiting(LogEvent Event, long Bytes, Action<LogEvent> WhenDurable);

    private sealed class AckTick
    {
        public static readonly AckTick Instance = new();
    }
}
