using Akka.Annotations;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>A reference without an actor behind it. What it does not override does nothing.</summary>
[InternalApi]
public abstract class MinimalActorRef : InternalActorRefBase
{
    protected MinimalActorRef()
    {
    }

    public override bool IsLocal => true;

    public override bool IsTerminated => false;

    public override IInternalActorRef Parent => ActorRefs.Nobody;

    public override IActorRef GetChild(IReadOnlyList<string> name) =>
        name.All(string.IsNullOrEmpty) ? this : ActorRefs.Nobody;

    public override void Restart(Exception cause)
    {
    }

    public override void Resume(Exception causedByFailure = null)
    {
    }

    public override void SendSystemMessage(ISystemMessage message)
    {
    }

    public override void Start()
    {
    }

    public override void Stop()
    {
    }

    public override void Suspend()
    {
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
    }
}
