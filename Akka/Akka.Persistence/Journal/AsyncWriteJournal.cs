using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Pattern;

namespace Akka.Persistence.Journal;

/// <summary>
/// The base of journals. Writes run concurrently; their answers leave in the order in which the writes were asked for.
/// </summary>
public abstract class AsyncWriteJournal : WriteJournalBase, IAsyncRecovery
{
    private readonly CircuitBreaker _breaker;
    private readonly WriteResponses _responses;
    private readonly ReplayFilterMode _replayFilterMode;
    private readonly int _replayFilterWindowSize;
    private readonly int _replayFilterMaxOldWriters;
    private readonly bool _replayFilterDebug;

    protected AsyncWriteJournal()
    {
        var config = Persistence.Instance.Apply(Context.System).ConfigFor(Self);
        _breaker = new CircuitBreaker(
            Context.System.Scheduler,
            config.GetInt("circuit-breaker.max-failures", 10),
            config.GetTimeSpan("circuit-breaker.call-timeout", TimeSpan.FromSeconds(10), allowInfinite: false),
            config.GetTimeSpan("circuit-breaker.reset-timeout", TimeSpan.FromSeconds(30), allowInfinite: false));
        _replayFilterMode = ParseMode(config.GetString("replay-filter.mode", ""));
        _replayFilterWindowSize = config.GetInt("replay-filter.window-size", 100);
        _replayFilterMaxOldWriters = config.GetInt("replay-filter.max-old-writers", 10);
        _replayFilterDebug = config.GetBoolean("replay-filter.debug", false);
        _responses = new WriteResponses(Self);
    }

    /// <summary>Reads at most <paramref name="max"/> events in order and hands each to the callback.</summary>
    public abstract Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback);

    /// <summary>The highest sequence number ever stored, also when its event has been deleted; 0 when none was.</summary>
    public abstract Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr);

    /// <summary>
    /// Stores a batch. Null, or a list of nulls, means that all is stored; an exception in the list rejects the atomic
    /// write at its place; a failed task means that it is unknown what is stored.
    /// </summary>
    protected abstract Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages);

    /// <summary>Deletes all events up to a sequence number, inclusive.</summary>
    protected abstract Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr);

    protected static Exception TryUnwrapException(Exception e) =>
        e is AggregateException aggregate && aggregate.Flatten() is { InnerExceptions: [var only] } ? only : e;

    protected sealed override bool Receive(object message) =>
        ReceiveWriteJournal(message) || ReceivePluginInternal(message);

    protected bool ReceiveWriteJournal(object message)
    {
        switch (message)
        {
            case WriteMessages write:
                _ = WriteAsync(write, _responses.Reserve(write));
                return true;
            case ReplayMessages replay:
                _ = ReplayAsync(replay, ReplayTarget(replay), Context);
                return true;
            case DeleteMessagesTo delete:
                _ = DeleteAsync(delete, Self);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Handles messages of the plugin's own.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    private static ReplayFilterMode ParseMode(string mode) => mode.ToLowerInvariant() switch
    {
        "off" => ReplayFilterMode.Disabled,
        "repair-by-discard-old" => ReplayFilterMode.RepairByDiscardOld,
        "fail" => ReplayFilterMode.Fail,
        "warn" => ReplayFilterMode.Warn,
        _ => throw new ConfigurationException(
            $"Invalid replay-filter.mode [{mode}], supported values [off, repair-by-discard-old, fail, warn]"),
    };

    private async Task WriteAsync(WriteMessages message, WriteResponses.Slot slot)
    {
        try
        {
            var prepared = PreparePersistentBatch(message.Messages);
            var results = await _breaker
                .WithCircuitBreaker((Journal: this, prepared), static s => s.Journal.WriteMessagesAsync(s.prepared))
                .ConfigureAwait(false);
            _responses.Complete(slot, results);
        }
        catch (Exception e)
        {
            _responses.Fail(slot, TryUnwrapException(e));
        }
    }

    private IActorRef ReplayTarget(ReplayMessages message) => _replayFilterMode == ReplayFilterMode.Disabled
        ? message.PersistentActor
        : Context.ActorOf(ReplayFilter.Props(
            message.PersistentActor,
            _replayFilterMode,
            _replayFilterWindowSize,
            _replayFilterMaxOldWriters,
            _replayFilterDebug));

    private async Task ReplayAsync(ReplayMessages message, IActorRef target, IActorContext context)
    {
        try
        {
            var readFrom = Math.Max(0, message.FromSequenceNr - 1);
            var highest = await _breaker
                .WithCircuitBreaker(() => ReadHighestSequenceNrAsync(message.PersistenceId, readFrom))
                .ConfigureAwait(false);
            var to = Math.Min(message.ToSequenceNr, highest);
            if (to > 0 && message.FromSequenceNr <= to)
            {
                // A replay takes as long as it takes; the recovering actor watches its progress.
                await ReplayMessagesAsync(
                    context, message.PersistenceId, message.FromSequenceNr, to, message.Max, Deliver).ConfigureAwait(false);
            }

            target.Tell(new RecoverySuccess(highest), ActorRefs.NoSender);
        }
        catch (Exception e)
        {
            target.Tell(new ReplayMessagesFailure(TryUnwrapException(e)), ActorRefs.NoSender);
        }

        void Deliver(IPersistentRepresentation persistent)
        {
            if (!persistent.IsDeleted)
            {
                target.Tell(new ReplayedMessage(persistent), ActorRefs.NoSender);
            }
        }
    }

    private async Task DeleteAsync(DeleteMessagesTo message, IActorRef self)
    {
        try
        {
            await _breaker
                .WithCircuitBreaker(() => DeleteMessagesToAsync(message.PersistenceId, message.ToSequenceNr))
                .ConfigureAwait(false);
            message.PersistentActor.Tell(new DeleteMessagesSuccess(message.ToSequenceNr), self);
        }
        catch (Exception e)
        {
            message.PersistentActor.Tell(
                new DeleteMessagesFailure(TryUnwrapException(e), message.ToSequenceNr), self);
        }
    }
}
