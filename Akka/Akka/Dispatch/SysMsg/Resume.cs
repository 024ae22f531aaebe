namespace Akka.Dispatch.SysMsg;

public sealed class Resume : SystemMessage
{
    public Resume(Exception causedByFailure)
    {
        CausedByFailure = causedByFailure;
    }

    public Exception CausedByFailure { get; set; }

    internal override bool StashWhenWaitingForChildren => true;

    public override string ToString() => $"<Resume> CausedByFailure: {CausedByFailure}";
}
