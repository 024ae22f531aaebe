namespace Akka.Event;

/// <summary>A logger that is a reference without an actor: it works before and after the actor system does.</summary>
public abstract class MinimalLogger : MinimalActorRef
{
    private readonly ActorPath _path = new RootActorPath(new Address("akka", "all-systems"), "/StandardOutLogger");

    protected MinimalLogger()
    {
    }

    public override ActorPath Path => _path;

    public override IActorRefProvider Provider => throw new NotSupportedException("This logger does not provide");

    protected abstract void Log(object message);

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is null)
        {
            throw new InvalidMessageException();
        }

        Log(message);
    }
}
