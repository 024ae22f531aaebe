using System.Runtime.CompilerServices;

namespace Akka.Actor;

public readonly struct Envelope
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Envelope(object message, IActorRef sender, ActorSystem system)
    {
        if (message is null)
        {
            ThrowNull();
        }

        Message = message;
        Sender = sender ?? system.DeadLetters;
    }

    public Envelope(object message, IActorRef sender)
    {
        Message = message;
        Sender = sender;
    }

    public object Message { get; }

    public IActorRef Sender { get; }

    public override string ToString() => "<" + (Message ?? "null") + "> from " + (Sender is null ? "NoSender" : Sender.ToString());

    private static void ThrowNull() => throw new InvalidMessageException("Message is null");
}
