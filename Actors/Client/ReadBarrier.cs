using Akka.Actor;

namespace ActorEtcd.Client;

/// <summary>A read barrier for an actor: it is told a message instead of awaiting a task. A failed barrier tells nothing.</summary>
public sealed class ReadBarrier(IActorRef target, object message) : PendingRead
{
    public override bool TryComplete(bool result)
    {
        var isFirst = base.TryComplete(result);
        if (isFirst)
        {
            target.Tell(message);
        }

        return isFirst;
    }
}
