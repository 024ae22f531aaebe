using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>
/// The base of persistent actors: events go to a journal before their handler runs, and come back in order when the
/// actor starts again.
/// </summary>
/// <remarks>
/// At most one write of an actor is in the journal. Events persisted meanwhile are collected and go out together when
/// the write returns, which makes a group commit of whatever has accumulated.
/// </remarks>
public abstract partial class Eventsourced : ActorBase, IPersistentIdentity, IPersistenceStash, IPersistenceRecovery
{
    /// <summary>Keeps answers of plugins out of the mailbox of the next incarnation.</summary>
    public static readonly Func<Envelope, bool> UnstashFilterPredicate =
        envelope => envelope.Message is not (WriteMessageSuccess or ReplayedMessage);

    private static int InstanceCount;

    // Answers to an earlier incarnation carry another number and are ignored.
    private readonly int _instanceId = Interlocked.Increment(ref InstanceCount);
    private readonly string _writerGuid = Guid.NewGuid().ToString();
    private readonly IStash _internalStash;

    // One per event and deferred event of _batch and of the write in flight, in order.
    private readonly Queue<PendingHandler> _pendingHandlers = new();

    // How many of _pendingHandlers keep commands waiting. Above 0 exactly while the phase is Persisting,
    // except inside of a handler.
    private int _pendingStashing;

    // Events that wait for the write in flight to return.
    private List<IPersistentEnvelope> _batch = [];
    private bool _writeInFlight;

    private long _sequenceNr;
    private bool _asyncTaskRunning;
    private IActorRef? _journal;
    private IActorRef? _snapshotStore;
    private ILoggingAdapter? _log;
    private IStash? _stash;

    protected Eventsourced()
    {
        Extension = Persistence.Instance.Apply(Context.System);
        _internalStash = Context.CreateStash(GetType());
    }

    /// <summary>Names the stream of events. It is the same in every incarnation and used by one actor at a time.</summary>
    public abstract string PersistenceId { get; }

    public virtual Recovery Recovery => Recovery.Default;

    public virtual IStashOverflowStrategy InternalStashOverflowStrategy =>
        Extension.DefaultInternalStashOverflowStrategy;

    public IStash Stash
    {
        get => _stash!;
        set => _stash = new UserStash(value, _internalStash);
    }

    public string? JournalPluginId { get; protected set; }

    public string? SnapshotPluginId { get; protected set; }

    public IActorRef Journal => _journal ??= Extension.JournalFor(JournalPluginId);

    public IActorRef SnapshotStore => _snapshotStore ??= Extension.SnapshotStoreFor(SnapshotPluginId);

    public string SnapshotterId => PersistenceId;

    /// <summary>The highest sequence number that is known to be stored.</summary>
    public long LastSequenceNr { get; private set; }

    public long SnapshotSequenceNr => LastSequenceNr;

    public bool IsRecovering => _phase < Phase.Processing;

    public bool IsRecoveryFinished => !IsRecovering;

    protected PersistenceExtension Extension { get; }

    protected virtual ILoggingAdapter Log => _log ??= Context.GetLogger();

    /// <summary>Stores an event and then calls the handler; commands wait until it has been called.</summary>
    public void Persist<TEvent>(TEvent @event, Action<TEvent> handler) =>
        Enqueue(@event, handler, stashing: true);

    /// <summary>Stores events together or not at all; commands wait until all handlers have been called.</summary>
    public void PersistAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) =>
        EnqueueAll(events, handler, stashing: true);

    /// <summary>Stores an event and then calls the handler; commands go on meanwhile.</summary>
    public void PersistAsync<TEvent>(TEvent @event, Action<TEvent> handler) =>
        Enqueue(@event, handler, stashing: false);

    /// <summary>Stores events together or not at all; commands go on meanwhile.</summary>
    public void PersistAllAsync<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) =>
        EnqueueAll(events, handler, stashing: false);

    /// <summary>Calls the handler after those of all events persisted before, without storing anything.</summary>
    public void DeferAsync<TEvent>(TEvent evt, Action<TEvent> handler)
    {
        RefuseDuringRecovery();
        if (_pendingHandlers.Count == 0)
        {
            handler(evt);
            return;
        }

        _pendingHandlers.Enqueue(PendingHandler.Of(handler, stashing: false));
        _batch.Add(new NonPersistentMessage(evt!, Sender));
    }

    public void LoadSnapshot(string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr) =>
        SnapshotStore.Tell(new LoadSnapshot(persistenceId, criteria, toSequenceNr), Self);

    /// <summary>Saves a snapshot of the state after <see cref="LastSequenceNr"/>.</summary>
    public void SaveSnapshot(object snapshot)
    {
        var now = Context.System.Scheduler.Now.UtcDateTime;
        SnapshotStore.Tell(new SaveSnapshot(new SnapshotMetadata(SnapshotterId, SnapshotSequenceNr, now), snapshot), Self);
    }

    public void DeleteSnapshot(long sequenceNr)
    {
        var anyTime = DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc);
        SnapshotStore.Tell(new DeleteSnapshot(new SnapshotMetadata(SnapshotterId, sequenceNr, anyTime)), Self);
    }

    public void DeleteSnapshots(SnapshotSelectionCriteria criteria) =>
        SnapshotStore.Tell(new DeleteSnapshots(SnapshotterId, criteria), Self);

    /// <summary>Deletes all events up to a sequence number, inclusive; <see cref="long.MaxValue"/> means all.</summary>
    public void DeleteMessages(long toSequenceNr)
    {
        var last = toSequenceNr == long.MaxValue ? LastSequenceNr : toSequenceNr;
        if (last <= LastSequenceNr)
        {
            Journal.Tell(new DeleteMessagesTo(PersistenceId, last, Self), Self);
            return;
        }

        var cause = new InvalidOperationException(
            $"toSequenceNr [{last}] must be less than or equal to LastSequenceNr [{LastSequenceNr}]");
        Self.Tell(new DeleteMessagesFailure(cause, last), Self);
    }

    protected abstract bool ReceiveRecover(object message);

    protected abstract bool ReceiveCommand(object message);

    /// <summary>Called after the last event has been replayed, before <see cref="RecoveryCompleted"/>.</summary>
    protected virtual void OnReplaySuccess()
    {
    }

    /// <summary>Called when recovery fails; the actor is stopped afterwards.</summary>
    protected virtual void OnRecoveryFailure(Exception reason, object message = null)
    {
        if (message is null)
        {
            Log.Error(
                reason,
                "Persistence failure when replaying events for persistenceId [{0}]. Last known sequence number [{1}]",
                PersistenceId,
                LastSequenceNr);
            return;
        }

        Log.Error(
            reason,
            "Exception in ReceiveRecover when replaying event type [{0}] with sequence number [{1}] for persistenceId [{2}]",
            message.GetType(),
            LastSequenceNr,
            PersistenceId);
    }

    /// <summary>Called when it is unknown whether an event is stored; the actor is stopped afterwards.</summary>
    protected virtual void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Log.Error(
        cause,
        "Failed to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}].",
        @event.GetType(),
        sequenceNr,
        PersistenceId);

    /// <summary>Called when the journal refused an event before storing it; the actor goes on.</summary>
    protected virtual void OnPersistRejected(Exception cause, object @event, long sequenceNr) => Log.Error(
        cause,
        "Rejected to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}] due to [{3}].",
        @event.GetType(),
        sequenceNr,
        PersistenceId,
        cause.Message);

    protected override void Unhandled(object message)
    {
        switch (message)
        {
            case RecoveryCompleted:
                return;
            case SaveSnapshotFailure failure:
                WarnUnhandled("save snapshot", failure.Metadata, failure.Cause);
                break;
            case DeleteSnapshotFailure failure:
                WarnUnhandled("delete snapshot", failure.Metadata, failure.Cause);
                break;
            case DeleteSnapshotsFailure failure:
                WarnUnhandled("delete snapshots", failure.Criteria, failure.Cause);
                break;
            case DeleteMessagesFailure failure:
                WarnUnhandled("delete messages", failure.ToSequenceNr, failure.Cause);
                break;
        }

        base.Unhandled(message);
    }

    private void WarnUnhandled(string what, object subject, Exception cause) =>
        Log.Warning("Failed to {0} [{1}] of persistenceId [{2}] due to: {3}", what, subject, PersistenceId, cause.Message);

    private void Enqueue<TEvent>(TEvent @event, Action<TEvent> handler, bool stashing)
    {
        RefuseDuringRecovery();
        Await(handler, stashing);
        _batch.Add(new AtomicWrite(Represent(@event)));
    }

    private void EnqueueAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler, bool stashing)
    {
        RefuseDuringRecovery();
        if (events is null)
        {
            return;
        }

        var representations = ImmutableArray.CreateBuilder<IPersistentRepresentation>();
        foreach (var @event in events)
        {
            Await(handler, stashing);
            representations.Add(Represent(@event));
        }

        if (representations.Count > 0)
        {
            _batch.Add(new AtomicWrite(representations.DrainToImmutable()));
        }
    }

    private void RefuseDuringRecovery()
    {
        if (IsRecovering)
        {
            throw new InvalidOperationException(
                "Cannot persist during replay. Events can be persisted when receiving RecoveryCompleted or later.");
        }
    }

    private void Await<TEvent>(Action<TEvent> handler, bool stashing)
    {
        _pendingHandlers.Enqueue(PendingHandler.Of(handler, stashing));
        if (stashing)
        {
            _pendingStashing++;
        }
    }

    private Persistent Represent<TEvent>(TEvent @event) =>
        new(@event!, ++_sequenceNr, PersistenceId, sender: Sender, writerGuid: _writerGuid);

    private void SendBatch()
    {
        if (_writeInFlight || _batch.Count == 0)
        {
            return;
        }

        Journal.Tell(new WriteMessages(_batch, Self, _instanceId), Self);
        _batch = [];
        _writeInFlight = true;
    }

    /// <summary>A handler with its event type erased, without a closure for each event.</summary>
    private readonly struct PendingHandler
    {
        private readonly Delegate _handler;
        private readonly Action<Delegate, object> _invoke;

        private PendingHandler(Delegate handler, Action<Delegate, object> invoke, bool stashing)
        {
            _handler = handler;
            _invoke = invoke;
            Stashing = stashing;
        }

        public bool Stashing { get; }

        public static PendingHandler Of<TEvent>(Action<TEvent> handler, bool stashing) =>
            new(handler, Invoker<TEvent>.Instance, stashing);

        public void Invoke(object @event) => _invoke(_handler, @event);

        private static class Invoker<TEvent>
        {
            public static readonly Action<Delegate, object> Instance =
                static (handler, @event) => ((Action<TEvent>)handler)((TEvent)@event);
        }
    }
}
