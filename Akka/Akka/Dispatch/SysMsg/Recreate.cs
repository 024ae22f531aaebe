namespace Akka.Dispatch.SysMsg;

public sealed class Recreate : SystemMessage
{
    public Recreate(Exception cause)
    {
        Cause = cause;
    }

    public Exception Cause { get; }

    internal override bool StashWhenWaitingForChildren => true;

    public override string ToString() => $"<Recreate> Cause: {Cause}";
}
