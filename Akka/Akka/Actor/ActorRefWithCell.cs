using Akka.Annotations;

namespace Akka.Actor;

[InternalApi]
public abstract class ActorRefWithCell : InternalActorRefBase
{
    protected ActorRefWithCell()
    {
    }

    public abstract IEnumerable<IActorRef> Children { get; }

    public abstract ICell Underlying { get; }

    public abstract IInternalActorRef GetSingleChild(string name);
}
