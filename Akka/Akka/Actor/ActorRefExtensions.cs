namespace Akka.Actor;

public static class ActorRefExtensions
{
    public static IActorRef GetOrElse(this IActorRef actorRef, Func<IActorRef> elseValue) =>
        actorRef.IsNobody() ? elseValue() : actorRef;

    public static bool IsNobody(this IActorRef actorRef) =>
        actorRef is null or Nobody || actorRef.Equals(ActorRefs.Nobody);
}
