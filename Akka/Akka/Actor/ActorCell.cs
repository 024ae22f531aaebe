using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>
/// What is behind a reference to a local actor: its mailbox, its current instance and behaviour, its children, whom
/// it watches and who watches it. The mailbox makes sure that only one thread at a time runs the cell.
/// </summary>
public partial class ActorCell : IUntypedActorContext, ICell
{
    public const int UndefinedUid = 0;

    private readonly IInternalActorRef _self;
    private readonly ActorSystemImpl _system;
    private ActorBase _actor;
    private volatile Mailbox _mailbox;
    private Receive _behavior;
    private Stack<Receive> _lowerBehaviors;
    private object _currentMessage;
    private IActorRef _sender;
    private int _envelopeId;
    private ActorTaskScheduler _taskScheduler;
    private Queue<SystemMessage> _heldSystemMessages;

    public ActorCell(
        ActorSystemImpl system, IInternalActorRef self, Props props, MessageDispatcher dispatcher, IInternalActorRef parent)
    {
        _system = system;
        _self = self;
        Props = props;
        Dispatcher = dispatcher;
        Parent = parent;
    }

    public int CurrentEnvelopeId => _envelopeId;

    public object CurrentMessage => _currentMessage;

    public MessageDispatcher Dispatcher { get; }

    public bool HasMessages => _mailbox.HasMessages;

    public bool IsLocal => true;

    public bool IsTerminated => _mailbox.IsClosed;

    public Mailbox Mailbox => _mailbox;

    public int NumberOfMessages => _mailbox.NumberOfMessages;

    public IInternalActorRef Parent { get; }

    public Props Props { get; }

    public IActorRef Self => _self;

    public IActorRef Sender => _sender ?? _system.DeadLetters;

    public ActorSystem System => _system;

    public ActorSystemImpl SystemImpl => _system;

    public virtual ActorTaskScheduler TaskScheduler => _taskScheduler ??= new ActorTaskScheduler(this);

    IActorRef IActorContext.Parent => Parent;

    internal ActorBase Actor => _actor;

    public static IActorRef GetCurrentSelfOrNoSender() =>
        InternalCurrentActorCellKeeper.Current?._self ?? ActorRefs.NoSender;

    public static IActorRef GetCurrentSenderOrNoSender() =>
        InternalCurrentActorCellKeeper.Current?.Sender ?? ActorRefs.NoSender;

    /// <summary>Makes the mailbox; the first thing in it is the order to create the actor.</summary>
    public void Init(bool sendSupervise, MailboxType mailboxType)
    {
        var mailbox = new Mailbox(mailboxType.Create(_self, _system));
        mailbox.SetActor(this);
        _mailbox = mailbox;
        var required = _system.Mailboxes.GetRequiredType(Props.Type);
        var failure = required is null || required.IsInstanceOfType(mailbox.MessageQueue)
            ? null
            : new ActorInitializationException(
                _self, $"Actor [{_self}] requires mailbox type [{required}] got [{mailbox.MessageQueue.GetType()}]");
        mailbox.SystemEnqueue(_self, new Create(failure));
        if (sendSupervise)
        {
            Parent.SendSystemMessage(new Supervise(_self, async: false));
        }
    }

    public virtual void Start() => Dispatcher.Attach(this);

    public virtual void SendMessage(Envelope message) => Dispatcher.Dispatch(this, message);

    public virtual void SendMessage(IActorRef sender, object message)
    {
        if (message is null)
        {
            // A sender's mistake must not become an exception in the middle of the sender's own work.
            var refused = new InvalidMessageException();
            Publish(new Error(refused, Source, SourceType, "Swallowing exception during message send"));
            return;
        }

        Dispatcher.Dispatch(this, new Envelope(message, sender, _system));
    }

    public virtual void SendSystemMessage(ISystemMessage systemMessage) =>
        Dispatcher.SystemDispatch(this, (SystemMessage)systemMessage);

    public void Stop() => SendSystemMessage(new Terminate());

    public void Suspend() => SendSystemMessage(new Suspend());

    public void Resume(Exception causedByFailure) => SendSystemMessage(new Resume(causedByFailure));

    public void Restart(Exception cause) => SendSystemMessage(new Recreate(cause));

    public void Become(Receive receive)
    {
        _lowerBehaviors?.Clear();
        _behavior = receive;
    }

    public void BecomeStacked(Receive receive)
    {
        _lowerBehaviors ??= new Stack<Receive>();
        _lowerBehaviors.Push(_behavior);
        _behavior = receive;
    }

    public void UnbecomeStacked()
    {
        if (_lowerBehaviors is not null && _lowerBehaviors.TryPop(out var lower))
        {
            _behavior = lower;
        }
    }

    void IUntypedActorContext.Become(UntypedReceive receive) => Become(Always(receive));

    void IUntypedActorContext.BecomeStacked(UntypedReceive receive) => BecomeStacked(Always(receive));

    public ActorSelection ActorSelection(string path) => ActorRefFactoryShared.ActorSelection(path, _system, _self);

    public ActorSelection ActorSelection(ActorPath path) => ActorRefFactoryShared.ActorSelection(path, _system);

    public void UseThreadContext(Action action)
    {
        var outer = InternalCurrentActorCellKeeper.Current;
        InternalCurrentActorCellKeeper.Current = this;
        try
        {
            action();
        }
        finally
        {
            InternalCurrentActorCellKeeper.Current = outer;
        }
    }

    public void Invoke(Envelope envelope)
    {
        var message = envelope.Message;
        _currentMessage = message;
        _sender = envelope.Sender;
        _envelopeId++;
        try
        {
            if (message is IAutoReceivedMessage)
            {
                AutoReceiveMessage(envelope);
            }
            else
            {
                ReceiveMessage(message);
            }

            _currentMessage = null;
        }
        catch (Exception cause)
        {
            HandleInvokeFailure(cause);
        }

        if (_receiveTimeout.HasValue)
        {
            CheckReceiveTimeout(message is not INotInfluenceReceiveTimeout);
        }
    }

    /// <summary>Handles a message on the caller's thread and lets exceptions pass: for test references.</summary>
    public void ReceiveMessageForTest(Envelope envelope)
    {
        var outerMessage = _currentMessage;
        var outerSender = _sender;
        _currentMessage = envelope.Message;
        _sender = envelope.Sender;
        try
        {
            UseThreadContext(() => ReceiveMessage(envelope.Message));
        }
        finally
        {
            _currentMessage = outerMessage;
            _sender = outerSender;
        }
    }

    internal Mailbox SwapMailbox(Mailbox mailbox)
    {
        var old = _mailbox;
        _mailbox = mailbox;
        return old;
    }

    internal void AutoReceive(Envelope envelope) => AutoReceiveMessage(envelope);

    internal void AsyncHandlerCompleted()
    {
        Dispatcher.Resume(this);
        if (_receiveTimeout.HasValue)
        {
            CheckReceiveTimeout();
        }
    }

    internal void SystemInvoke(SystemMessage message)
    {
        var held = ShouldHold(message);
        if (held)
        {
            (_heldSystemMessages ??= new Queue<SystemMessage>()).Enqueue(message);
            return;
        }

        InvokeSystemMessage(message);
        while (_heldSystemMessages is { Count: > 0 } && !ShouldHold(_heldSystemMessages.Peek()) && !_mailbox.IsClosed)
        {
            InvokeSystemMessage(_heldSystemMessages.Dequeue());
        }
    }

    protected virtual void ReceiveMessage(object message) => _actor.CallAroundReceive(_behavior, message);

    protected virtual void AutoReceiveMessage(Envelope envelope)
    {
        switch (envelope.Message)
        {
            case Terminated terminated:
                ReceivedTerminated(terminated);
                break;
            case AddressTerminated terminated:
                AddressTerminated(terminated.Address);
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case PoisonPill:
                _self.Stop();
                break;
            case ActorSelectionMessage selection:
                Akka.Actor.ActorSelection.Deliver(_self, Sender, selection);
                break;
            case Identify identify:
                Sender.Tell(new ActorIdentity(identify.MessageId, _self), _self);
                break;
            default:
                ReceiveMessage(envelope.Message);
                break;
        }
    }

    private static Receive Always(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    private bool ShouldHold(SystemMessage message) =>
        (message.StashWhenWaitingForChildren && _children.IsWaitingForChildren) || (message.StashWhenFailed && _mailbox.IsSuspended);

    private void InvokeSystemMessage(SystemMessage message)
    {
        try
        {
            switch (message)
            {
                case DeathWatchNotification n:
                    WatchedActorTerminated(n.Actor, n.ExistenceConfirmed, n.AddressTerminated);
                    break;
                case ActorTaskSchedulerMessage task:
                    RunScheduledTask(task);
                    break;
                case Create create:
                    CreateActor(create.Failure);
                    break;
                case Dispatch.SysMsg.Watch watch:
                    AddWatcher(watch.Watchee, watch.Watcher);
                    break;
                case Dispatch.SysMsg.Unwatch unwatch:
                    RemWatcher(unwatch.Watchee, unwatch.Watcher);
                    break;
                case Failed failed:
                    HandleFailed(failed);
                    break;
                case Recreate recreate:
                    FaultRecreate(recreate.Cause);
                    break;
                case Dispatch.SysMsg.Suspend:
                    FaultSuspend();
                    break;
                case Dispatch.SysMsg.Resume resume:
                    FaultResume(resume.CausedByFailure);
                    break;
                case Dispatch.SysMsg.Terminate:
                    Terminate();
                    break;
                case Supervise:
                    // A child is registered when it is created; a parent in this process learns nothing new.
                    break;
                default:
                    throw new NotSupportedException($"Unknown system message {message.GetType().Name}");
            }
        }
        catch (Exception cause)
        {
            HandleInvokeFailure(cause);
        }
    }

    private void RunScheduledTask(ActorTaskSchedulerMessage message)
    {
        if (message.Task is not null)
        {
            message.Scheduler.Execute(message.Task);
            return;
        }

        if (message.Failure is null)
        {
            AsyncHandlerCompleted();
            return;
        }

        // The handler's suspension ends here; the failure brings one of its own.
        _currentMessage = message.Message;
        _mailbox.Resume();
        global::System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(message.Failure);
    }
}
