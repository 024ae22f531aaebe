namespace Akka.Actor;

public static class ActorRefs
{
    public static readonly IActorRef NoSender;
    public static readonly Nobody Nobody = Nobody.Instance;
}
