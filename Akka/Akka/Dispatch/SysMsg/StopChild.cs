namespace Akka.Dispatch.SysMsg;

public sealed class StopChild
{
    public StopChild(IActorRef child)
    {
        Child = child;
    }

    public IActorRef Child { get; }

    public override string ToString() => $"<StopChild> {Child}";
}
