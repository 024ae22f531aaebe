namespace Akka.Actor;

public abstract class UntypedActorWithUnboundedStash : UntypedActor, IWithUnboundedStash
{
    protected UntypedActorWithUnboundedStash()
    {
    }

    public IStash Stash { get; set; }
}
