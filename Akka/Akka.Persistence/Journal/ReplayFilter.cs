using Akka.Actor;
using Akka.Event;
using Akka.Pattern;

namespace Akka.Persistence.Journal;

/// <summary>
/// Stands between a journal and a recovering actor and looks for events of two writers, or out of order.
/// Holds a window of events back, so that a newer writer can still invalidate the events of an older one.
/// </summary>
public class ReplayFilter : ActorBase
{
    private readonly LinkedList<ReplayedMessage> _window = new();
    private readonly Queue<string> _oldWriters = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private string _writer = "";
    private long _sequenceNr = -1;

    public ReplayFilter(
        IActorRef persistentActor, ReplayFilterMode mode, int windowSize, int maxOldWriters, bool debugEnabled)
    {
        PersistentActor = persistentActor;
        Mode = mode;
        WindowSize = windowSize;
        MaxOldWriters = maxOldWriters;
        DebugEnabled = debugEnabled;
    }

    public IActorRef PersistentActor { get; }

    public ReplayFilterMode Mode { get; }

    public int WindowSize { get; }

    public int MaxOldWriters { get; }

    public bool DebugEnabled { get; }

    public static Props Props(
        IActorRef persistentActor, ReplayFilterMode mode, int windowSize, int maxOldWriters, bool debugEnabled)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(windowSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxOldWriters);
        ArgumentOutOfRangeException.ThrowIfEqual(mode, ReplayFilterMode.Disabled);
        return Actor.Props.Create(
            () => new ReplayFilter(persistentActor, mode, windowSize, maxOldWriters, debugEnabled));
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case ReplayedMessage replayed:
                Check(replayed);
                return true;
            case RecoverySuccess or ReplayMessagesFailure:
                foreach (var held in _window)
                {
                    PersistentActor.Tell(held, ActorRefs.NoSender);
                }

                PersistentActor.Tell(message, ActorRefs.NoSender);
                Context.Stop(Self);
                return true;
            default:
                return false;
        }
    }

    private bool ReceiveFailed(object message)
    {
        switch (message)
        {
            case ReplayedMessage:
                return true;
            case RecoverySuccess or ReplayMessagesFailure:
                Context.Stop(Self);
                return true;
            default:
                return false;
        }
    }

    private void Check(ReplayedMessage replayed)
    {
        var persistent = replayed.Persistent;
        if (DebugEnabled)
        {
            _log.Debug("Replay: {0}", persistent);
        }

        if (_window.Count == WindowSize)
        {
            PersistentActor.Tell(_window.First!.Value, ActorRefs.NoSender);
            _window.RemoveFirst();
        }

        if (string.Equals(persistent.WriterGuid, _writer, StringComparison.Ordinal))
        {
            // Equal numbers are fine: one stored event can become several.
            if (persistent.SequenceNr >= _sequenceNr || Keep(persistent, "has a lower sequence number than the event before it, from the same writer"))
            {
                _sequenceNr = Math.Max(_sequenceNr, persistent.SequenceNr);
                _window.AddLast(replayed);
            }
        }
        else if (_oldWriters.Contains(persistent.WriterGuid))
        {
            if (Keep(persistent, "is from a writer that a newer writer had replaced"))
            {
                _window.AddLast(replayed);
            }
        }
        else
        {
            ChangeWriter(replayed);
        }
    }

    private void ChangeWriter(ReplayedMessage replayed)
    {
        var persistent = replayed.Persistent;
        if (_writer.Length > 0)
        {
            _oldWriters.Enqueue(_writer);
        }

        if (_oldWriters.Count > MaxOldWriters)
        {
            _oldWriters.Dequeue();
        }

        var node = _window.First;
        while (node is not null)
        {
            var next = node.Next;
            if (node.Value.Persistent.SequenceNr >= persistent.SequenceNr
                && !Keep(node.Value.Persistent, $"has been written again by a newer writer as {persistent.SequenceNr}"))
            {
                if (Mode == ReplayFilterMode.Fail)
                {
                    return;
                }

                _window.Remove(node);
            }

            node = next;
        }

        _writer = persistent.WriterGuid;
        _sequenceNr = persistent.SequenceNr;
        _window.AddLast(replayed);
    }

    /// <summary>Reports an invalid event; true when it is to be delivered all the same.</summary>
    private bool Keep(IPersistentRepresentation invalid, string reason)
    {
        var problem =
            $"Invalid replayed event [sequenceNr={invalid.SequenceNr}, writerUUID={invalid.WriterGuid}] of persistenceId [{invalid.PersistenceId}]: it {reason} [sequenceNr={_sequenceNr}, writerUUID={_writer}]";
        if (Mode != ReplayFilterMode.Fail)
        {
            _log.Warning("{0}", problem);
            return Mode == ReplayFilterMode.Warn;
        }

        _log.Error("{0}", problem);
        _window.Clear();
        PersistentActor.Tell(new ReplayMessagesFailure(new IllegalStateException(problem)), ActorRefs.NoSender);
        Become(ReceiveFailed);
        return false;
    }
}
