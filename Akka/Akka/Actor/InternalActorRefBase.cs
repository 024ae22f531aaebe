using Akka.Annotations;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

[InternalApi]
public abstract class InternalActorRefBase : ActorRefBase, IInternalActorRef
{
    protected InternalActorRefBase()
    {
    }

    public abstract bool IsLocal { get; }

    public abstract bool IsTerminated { get; }

    public abstract IInternalActorRef Parent { get; }

    public abstract IActorRefProvider Provider { get; }

    public abstract IActorRef GetChild(IReadOnlyList<string> name);

    public abstract void Restart(Exception cause);

    public abstract void Resume(Exception causedByFailure = null);

    public abstract void SendSystemMessage(ISystemMessage message);

    public abstract void Start();

    public abstract void Stop();

    public abstract void Suspend();
}
