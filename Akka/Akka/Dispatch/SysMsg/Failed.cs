using Akka.Annotations;

namespace Akka.Dispatch.SysMsg;

[InternalApi]
public sealed class Failed : SystemMessage
{
    public Failed(IActorRef child, Exception cause, long uid)
    {
        Child = child;
        Cause = cause;
        Uid = uid;
    }

    public Exception Cause { get; }

    public IActorRef Child { get; }

    public long Uid { get; }

    internal override bool StashWhenFailed => true;

    internal override bool StashWhenWaitingForChildren => true;

    public override string ToString() => $"<Failed>: {Child} ({Uid}) - Cause: {Cause}";
}
