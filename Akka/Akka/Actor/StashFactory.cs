namespace Akka.Actor;

public static class StashFactory
{
    public static IStash CreateStash<T>(this IActorContext context)
        where T : ActorBase => context.CreateStash(typeof(T));

    public static IStash CreateStash(this IActorContext context, IActorStash actorInstance) =>
        context.CreateStash(actorInstance.GetType());

    public static IStash CreateStash(this IActorContext context, Type actorType) =>
        typeof(IWithUnboundedStash).IsAssignableFrom(actorType)
            ? new UnboundedStashImpl(context)
            : new BoundedStashImpl(context);
}
