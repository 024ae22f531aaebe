using Akka.Actor;

namespace Akka.TestKit.TestActors;

/// <summary>Sends every message to the test actor, and back to its sender when that is another actor.</summary>
public class EchoActor : ReceiveActor
{
    public EchoActor(TestKitBase testkit, bool echoBackToSenderAsWell = true)
    {
        ReceiveAny(message =>
        {
            var testActor = testkit.TestActor;
            if (echoBackToSenderAsWell && !Equals(Sender, testActor))
            {
                Sender.Forward(message);
            }

            testActor.Tell(message, Sender);
        });
    }

    public static Props Props(TestKitBase testkit, bool echoBackToSenderAsWell = true) =>
        Actor.Props.Create(() => new EchoActor(testkit, echoBackToSenderAsWell));
}
