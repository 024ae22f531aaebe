namespace Akka.Actor;

public static class ActorRefFactoryShared
{
    public static ActorSelection ActorSelection(ActorPath actorPath, ActorSystem system)
    {
        var root = ((ExtendedActorSystem)system).Provider.RootGuardianAt(actorPath.Address);
        return new ActorSelection(root, actorPath.Elements);
    }

    public static ActorSelection ActorSelection(string path, ActorSystem system, IActorRef lookupRoot)
    {
        if (path.Contains("://", StringComparison.Ordinal))
        {
            return ActorPath.TryParse(path, out var actorPath)
                ? ActorSelection(actorPath, system)
                : new ActorSelection(((ExtendedActorSystem)system).Provider.DeadLetters, string.Empty);
        }

        if (path.StartsWith('/'))
        {
            return new ActorSelection(((ExtendedActorSystem)system).Provider.RootGuardian, path[1..]);
        }

        return new ActorSelection(lookupRoot, path);
    }

    public static ActorSelection ActorSelection(IActorRef anchorActorRef, string path) => new(anchorActorRef, path);
}
