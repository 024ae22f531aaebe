using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Dispatch;

namespace Akka.TestKit.Internal;

/// <summary>A local actor that runs on the calling thread and lets a test see its instance.</summary>
public class InternalTestActorRef : LocalActorRef
{
    private static long NameCount;

    private InternalTestActorRef(
        ActorSystemImpl system,
        Props props,
        MessageDispatcher dispatcher,
        MailboxType mailboxType,
        IInternalActorRef supervisor,
        ActorPath path)
        : base(system, props, dispatcher, mailboxType, supervisor, path)
    {
    }

    public object UnderlyingActor
    {
        get
        {
#pragma warning disable CS0618 // no other way to ask a reference synchronously
            if (IsTerminated)
#pragma warning restore CS0618
            {
                throw new IllegalActorStateException($"Underlying actor of {Path} is terminated");
            }

            return GetTestActorCell().Actor
                ?? this.Ask(InternalGetActor.Instance, TestKitExtension.For(System).DefaultTimeout).GetAwaiter().GetResult();
        }
    }

    public static InternalTestActorRef Create(
        ActorSystem system, Props props, IActorRef? supervisor = null, string? name = null)
    {
        name ??= CreateUniqueName();
        var parent = supervisor as IInternalActorRef ?? ((ExtendedActorSystem)system).Guardian;
        if (string.IsNullOrEmpty(props.Deploy.Dispatcher) || props.Deploy.Dispatcher == Deploy.NoDispatcherGiven)
        {
            props = props.WithDispatcher(CallingThreadDispatcher.Id);
        }

        var parentCell = CellOf(parent);
        parentCell.ReserveChild(name);
        var dispatcher = system.Dispatchers.Lookup(props.Deploy.Dispatcher);
        var mailbox = system.Mailboxes.GetMailboxType(props, dispatcher.Configurator.Config);
        var actor = new InternalTestActorRef(
            (ActorSystemImpl)system, props, dispatcher, mailbox, parent, parent.Path / name);
        parentCell.InitChild(actor);
        actor.Underlying.Start();
        return actor;
    }

    public static string CreateUniqueName() => $"$${Interlocked.Increment(ref NameCount)}";

    /// <summary>Processes one message on the calling thread; what the handler throws reaches the caller.</summary>
    public void Receive(object message, IActorRef? sender = null)
    {
        var cell = Cell;
        var envelope = new Envelope(message, sender.IsNobody() ? cell.System.DeadLetters : sender!);
        cell.UseThreadContext(() => cell.ReceiveMessageForTest(envelope));
    }

    public void Watch(IActorRef subject) => Cell.Watch(subject);

    public void Unwatch(IActorRef subject) => Cell.Unwatch(subject);

    public override string ToString() => $"TestActor[{Path}]";

    protected TestActorCell GetTestActorCell() => (TestActorCell)Cell;

    protected override ActorCell NewActorCell(
        ActorSystemImpl system,
        IInternalActorRef self,
        Props props,
        MessageDispatcher dispatcher,
        IInternalActorRef supervisor) =>
        new TestActorCell(system, self, props, dispatcher, supervisor);

    private static ActorCell CellOf(IInternalActorRef parent) =>
        parent is ActorRefWithCell { Underlying: ActorCell cell }
            ? cell
            : throw new InvalidOperationException($"A test actor needs a started local supervisor, not {parent}");

    /// <summary>Asks a test actor for its instance.</summary>
    public class InternalGetActor : IAutoReceivedMessage, IPossiblyHarmful
    {
        public static readonly InternalGetActor Instance = new();

        private InternalGetActor()
        {
        }
    }

    /// <summary>A cell that hands out its actor.</summary>
    protected class TestActorCell : ActorCell
    {
        public TestActorCell(
            ActorSystemImpl system,
            IInternalActorRef self,
            Props props,
            MessageDispatcher dispatcher,
            IInternalActorRef parent)
            : base(system, self, props, dispatcher, parent)
        {
        }

        public new object? Actor => base.Actor;

        protected override void AutoReceiveMessage(Envelope envelope)
        {
            if (envelope.Message is InternalGetActor)
            {
                Sender.Tell(base.Actor, Self);
                return;
            }

            base.AutoReceiveMessage(envelope);
        }
    }
}
