using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Stands for "no message has been received".</summary>
public sealed class NullMessageEnvelope : MessageEnvelope
{
#pragma warning disable CA2211 // a field in Akka.NET as well
    public static NullMessageEnvelope Instance = new();
#pragma warning restore CA2211

    private NullMessageEnvelope()
    {
    }

    public override object? Message => throw new IllegalActorStateException("last receive did not dequeue a message");

    public override IActorRef Sender => throw new IllegalActorStateException("last receive did not dequeue a message");

    public override string ToString() => "<null>";
}
