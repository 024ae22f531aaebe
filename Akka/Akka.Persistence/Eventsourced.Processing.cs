using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Persistence;

public abstract partial class Eventsourced
{
    protected override bool AroundReceive(Receive receive, object message)
    {
        if (IsRecovering)
        {
            ReceiveDuringRecovery(message);
        }
        else if (!ReceiveFromJournal(message))
        {
            if (_phase == Phase.Persisting)
            {
                StashInternally(message);
            }
            else
            {
                ReceiveOneCommand(receive, message);
            }
        }

        return true;
    }

    /// <summary>Runs an asynchronous handler; the mailbox waits for it.</summary>
    protected void RunTask(Func<Task> action)
    {
        if (_asyncTaskRunning)
        {
            throw new NotSupportedException("RunTask calls cannot be nested");
        }

        ActorTaskScheduler.RunTask(() =>
        {
            var task = action();
            return task.IsCompleted ? task : Finish(task);
        });
    }

    private async Task Finish(Task task)
    {
        _asyncTaskRunning = true;
        var failed = true;
        try
        {
            await task;
            failed = false;
        }
        finally
        {
            _asyncTaskRunning = false;
            CompleteCommand(failed);
        }
    }

    private void ReceiveOneCommand(Receive receive, object message)
    {
        var failed = true;
        try
        {
            base.AroundReceive(receive, message);
            failed = false;
        }
        finally
        {
            CompleteCommand(failed);
        }
    }

    private void CompleteCommand(bool failed)
    {
        SendBatch();
        if (_asyncTaskRunning)
        {
            return;
        }

        if (_pendingStashing > 0)
        {
            _phase = Phase.Persisting;
        }
        else
        {
            UnstashInternally(failed);
        }
    }

    /// <summary>Handles the answers of the journal; false for everything else.</summary>
    private bool ReceiveFromJournal(object message)
    {
        switch (message)
        {
            case WriteMessageSuccess success:
                if (success.ActorInstanceId == _instanceId)
                {
                    RaiseLastSequenceNr(success.Persistent);
                    CallHandler(success.Persistent.Payload);
                }

                return true;
            case LoopMessageSuccess loop:
                if (loop.ActorInstanceId == _instanceId)
                {
                    CallHandler(loop.Message);
                }

                return true;
            case WriteMessagesSuccessful:
                _writeInFlight = false;
                SendBatch();
                return true;
            case WriteMessageRejected rejected:
                if (rejected.ActorInstanceId == _instanceId)
                {
                    RaiseLastSequenceNr(rejected.Persistent);
                    DropHandler(failed: false);
                    OnPersistRejected(rejected.Cause, rejected.Persistent.Payload, rejected.Persistent.SequenceNr);
                }

                return true;
            case WriteMessageFailure failure:
                if (failure.ActorInstanceId == _instanceId)
                {
                    StopAfter(failure);
                }

                return true;
            case WriteMessagesFailed failed:
                // With events in the batch their failures follow and stop the actor.
                _writeInFlight = _writeInFlight && failed.WriteCount > 0;
                return true;
            case RecoveryTick:
                // It was in the mailbox before recovery completed and cancelled it.
                return true;
            default:
                return false;
        }
    }

    private void CallHandler(object payload)
    {
        var failed = true;
        try
        {
            _pendingHandlers.Peek().Invoke(payload);
            failed = false;
        }
        finally
        {
            SendBatch();
            DropHandler(failed);
        }
    }

    private void DropHandler(bool failed)
    {
        if (_pendingHandlers.Dequeue().Stashing)
        {
            _pendingStashing--;
        }

        if (_pendingStashing == 0)
        {
            _phase = Phase.Processing;
            UnstashInternally(failed);
        }
        else
        {
            _phase = Phase.Persisting;
        }
    }

    private void StopAfter(WriteMessageFailure failure)
    {
        DropHandler(failed: false);
        try
        {
            OnPersistFailure(failure.Cause, failure.Persistent.Payload, failure.Persistent.SequenceNr);
        }
        finally
        {
            Context.Stop(Self);
        }
    }

    private void RaiseLastSequenceNr(IPersistentRepresentation persistent)
    {
        if (persistent.SequenceNr > LastSequenceNr)
        {
            LastSequenceNr = persistent.SequenceNr;
        }
    }

    private void StashInternally(object message)
    {
        try
        {
            _internalStash.Stash();
        }
        catch (StashOverflowException)
        {
            switch (InternalStashOverflowStrategy)
            {
                case DiscardToDeadLetterStrategy:
                    Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                    break;
                case ReplyToStrategy reply:
                    Sender.Tell(reply.Response);
                    break;
                default:
                    throw;
            }
        }
    }

    // One by one, so that a command that persists makes the following ones wait in their order.
    // After a failure the actor may restart, and everything has to be in the mailbox again.
    private void UnstashInternally(bool all)
    {
        if (all)
        {
            _internalStash.UnstashAll();
        }
        else
        {
            _internalStash.Unstash();
        }
    }

    /// <summary>
    /// The stash of the user's code. What it gives back goes in front of the internal stash, because commands are
    /// taken from there.
    /// </summary>
    private sealed class UserStash(IStash user, IStash inner) : IStash
    {
        public int Count => user.Count;

        public bool IsEmpty => user.IsEmpty;

        public bool NonEmpty => user.NonEmpty;

        public bool IsFull => user.IsFull;

        public int Capacity => user.Capacity;

        public void Stash() => user.Stash();

        public void Unstash() => user.Unstash();

        public void UnstashAll() => inner.Prepend(user.ClearStash());

        public void UnstashAll(Func<Envelope, bool> predicate) => user.UnstashAll(predicate);

        public IEnumerable<Envelope> ClearStash() => user.ClearStash();

        public void Prepend(IEnumerable<Envelope> envelopes) => user.Prepend(envelopes);
    }
}
