namespace Akka.Dispatch.SysMsg;

public sealed class Create : SystemMessage
{
    public Create(ActorInitializationException failure = null)
    {
        Failure = failure;
    }

    public ActorInitializationException Failure { get; }
}
