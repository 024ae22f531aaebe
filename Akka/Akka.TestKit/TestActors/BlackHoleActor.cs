using Akka.Actor;

namespace Akka.TestKit.TestActors;

/// <summary>Handles every message by doing nothing.</summary>
public class BlackHoleActor : ActorBase
{
    public static Props Props { get; } = Actor.Props.Create(() => new BlackHoleActor());

    protected override bool Receive(object message) => true;
}
