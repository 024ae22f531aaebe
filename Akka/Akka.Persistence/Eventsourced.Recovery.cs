using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

public abstract partial class Eventsourced
{
    private Phase _phase;
    private TimeSpan _recoveryTimeout;
    private ICancelable? _recoveryTimer;
    private Recovery? _recovery;
    private bool _eventSeen;

    private enum Phase
    {
        /// <summary>Waiting for its turn among all recovering actors.</summary>
        AwaitingPermit,

        LoadingSnapshot,

        Replaying,

        /// <summary>Handling commands. The first phase that is not recovery.</summary>
        Processing,

        /// <summary>Commands wait in the internal stash for the handlers of persisted events.</summary>
        Persisting,
    }

    public override void AroundPreStart()
    {
        if (PersistenceId is null)
        {
            throw new ArgumentNullException($"PersistenceId is [null] for PersistentActor [{Self.Path}]");
        }

        // A missing plugin fails the start, not the first event.
        _ = Journal;
        _ = SnapshotStore;
        RequestPermit();
        base.AroundPreStart();
    }

    public override void AroundPostRestart(Exception reason, object message)
    {
        RequestPermit();
        base.AroundPostRestart(reason, message);
    }

    public override void AroundPreRestart(Exception cause, object message)
    {
        try
        {
            UnstashEverything();
        }
        finally
        {
            _recoveryTimer?.Cancel();
            SendBatch();
            base.AroundPreRestart(cause, message switch
            {
                WriteMessageSuccess success => success.Persistent,
                LoopMessageSuccess success => success.Message,
                ReplayedMessage replayed => replayed.Persistent,
                _ => message,
            });
        }
    }

    public override void AroundPostStop()
    {
        try
        {
            UnstashEverything();
        }
        finally
        {
            _recoveryTimer?.Cancel();
            base.AroundPostStop();
        }
    }

    private void UnstashEverything()
    {
        _internalStash.UnstashAll();
        _stash?.UnstashAll(UnstashFilterPredicate);
    }

    private void RequestPermit()
    {
        _recovery = Recovery;
        _phase = Phase.AwaitingPermit;
        Extension.RecoveryPermits.Tell(RecoveryPermitter.RequestPermit.Instance, Self);
    }

    private void ReturnPermit() => Extension.RecoveryPermits.Tell(RecoveryPermitter.ReturnPermit.Instance, Self);

    private void ReceiveDuringRecovery(object message)
    {
        if (_phase == Phase.AwaitingPermit)
        {
            AwaitPermit(message);
            return;
        }

        try
        {
            if (_phase == Phase.LoadingSnapshot)
            {
                AwaitSnapshot(message);
            }
            else
            {
                AwaitEvents(message);
            }
        }
        catch (Exception)
        {
            _recoveryTimer?.Cancel();
            ReturnPermit();
            throw;
        }
    }

    private void AwaitPermit(object message)
    {
        if (message is not RecoveryPermitter.PermitGranted)
        {
            StashInternally(message);
            return;
        }

        _recoveryTimeout = Extension.JournalConfigFor(JournalPluginId)
            .GetTimeSpan("recovery-event-timeout", TimeSpan.FromSeconds(30), allowInfinite: false);
        _recoveryTimer = Context.System.Scheduler.ScheduleTellOnceCancelable(
            _recoveryTimeout, Self, new RecoveryTick(true), Self);
        _phase = Phase.LoadingSnapshot;
        LoadSnapshot(SnapshotterId, _recovery!.FromSnapshot, _recovery.ToSequenceNr);
    }

    private void AwaitSnapshot(object message)
    {
        switch (message)
        {
            case LoadSnapshotResult result:
                if (OfferSnapshot(result.Snapshot))
                {
                    StartReplay(result.ToSequenceNr);
                }

                break;
            case LoadSnapshotFailed failed:
                FailRecovery(failed.Cause);
                break;
            case RecoveryTick { Snapshot: true }:
                FailRecovery(new RecoveryTimedOutException(
                    $"Recovery timed out, didn't get snapshot within {_recoveryTimeout.TotalSeconds}s."));
                break;
            default:
                StashInternally(message);
                break;
        }
    }

    private bool OfferSnapshot(SelectedSnapshot? snapshot)
    {
        if (snapshot is null)
        {
            return true;
        }

        var before = LastSequenceNr;
        var offer = new SnapshotOffer(snapshot.Metadata, snapshot.Snapshot);
        try
        {
            LastSequenceNr = snapshot.Metadata.SequenceNr;
            if (!ReceiveRecover(offer))
            {
                LastSequenceNr = before;
                Unhandled(offer);
            }

            return true;
        }
        catch (Exception cause)
        {
            FailRecovery(cause);
            return false;
        }
    }

    private void StartReplay(long toSequenceNr)
    {
        _recoveryTimer?.Cancel();
        _recoveryTimer = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(
            _recoveryTimeout, _recoveryTimeout, Self, new RecoveryTick(false), Self);
        _eventSeen = false;
        _phase = Phase.Replaying;
        Journal.Tell(
            new ReplayMessages(LastSequenceNr + 1, toSequenceNr, _recovery!.ReplayMax, PersistenceId, Self), Self);
    }

    private void AwaitEvents(object message)
    {
        switch (message)
        {
            case ReplayedMessage replayed:
                Replay(replayed.Persistent);
                break;
            case RecoverySuccess success:
                CompleteRecovery(success.HighestSequenceNr);
                break;
            case ReplayMessagesFailure failure:
                FailRecovery(failure.Cause);
                break;
            case RecoveryTick { Snapshot: false } when _eventSeen:
                _eventSeen = false;
                break;
            case RecoveryTick { Snapshot: false }:
                FailRecovery(new RecoveryTimedOutException(
                    $"Recovery timed out, didn't get event within {_recoveryTimeout.TotalSeconds}s, highest sequence number seen {LastSequenceNr}."));
                break;
            case RecoveryTick:
                break;
            default:
                StashInternally(message);
                break;
        }
    }

    private void Replay(IPersistentRepresentation persistent)
    {
        _eventSeen = true;
        RaiseLastSequenceNr(persistent);
        try
        {
            if (!ReceiveRecover(persistent.Payload))
            {
                Unhandled(persistent);
            }
        }
        catch (Exception cause)
        {
            FailRecovery(cause, persistent.Payload);
        }
    }

    private void CompleteRecovery(long highestSequenceNr)
    {
        _recoveryTimer?.Cancel();
        OnReplaySuccess();
        LastSequenceNr = Math.Max(highestSequenceNr, LastSequenceNr);
        _sequenceNr = LastSequenceNr;
        _phase = Phase.Processing;
        try
        {
            if (!ReceiveRecover(RecoveryCompleted.Instance))
            {
                Unhandled(RecoveryCompleted.Instance);
            }
        }
        finally
        {
            // Also after an exception: a supervisor that resumes finds a working actor.
            StartProcessing();
        }

        ReturnPermit();
    }

    private void StartProcessing()
    {
        SendBatch();
        if (_pendingStashing > 0)
        {
            _phase = Phase.Persisting;
            return;
        }

        _phase = Phase.Processing;
        _internalStash.UnstashAll();
    }

    private void FailRecovery(Exception cause, object? @event = null)
    {
        _recoveryTimer?.Cancel();
        try
        {
            OnRecoveryFailure(cause, @event);
        }
        finally
        {
            Context.Stop(Self);
        }

        ReturnPermit();
    }
}
