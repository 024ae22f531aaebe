namespace Akka.Dispatch.SysMsg;

public sealed class Suspend : SystemMessage
{
    internal override bool StashWhenWaitingForChildren => true;
}
