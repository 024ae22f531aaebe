using Akka.Annotations;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>What a stopped actor has for a mailbox: everything goes on to dead letters.</summary>
[InternalApi]
public sealed class DeadLetterMailbox : Mailbox
{
    private readonly IActorRef _deadLetters;

    public DeadLetterMailbox(IActorRef deadLetters)
        : base(new DeadLetterQueue(deadLetters))
    {
        _deadLetters = deadLetters;
        BecomeClosed();
    }

    internal override void Enqueue(IActorRef receiver, in Envelope envelope) =>
        MessageQueue.Enqueue(receiver, envelope);

    internal override void SystemEnqueue(IActorRef receiver, SystemMessage message) =>
        _deadLetters.Tell(new DeadLetter(message, receiver, receiver), receiver);

    private sealed class DeadLetterQueue : IMessageQueue
    {
        private readonly IActorRef _deadLetters;

        public DeadLetterQueue(IActorRef deadLetters)
        {
            _deadLetters = deadLetters;
        }

        public int Count => 0;

        public bool HasMessages => false;

        public void CleanUp(IActorRef owner, IMessageQueue deadletters)
        {
        }

        public void Enqueue(IActorRef receiver, Envelope envelope)
        {
            if (envelope.Message is DeadLetter)
            {
                return;
            }

            _deadLetters.Tell(new DeadLetter(envelope.Message, envelope.Sender, receiver), envelope.Sender);
        }

        public bool TryDequeue(out Envelope envelope)
        {
            envelope = default;
            return false;
        }
    }
}
