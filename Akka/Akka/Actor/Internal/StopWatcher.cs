using Akka.Dispatch.SysMsg;

namespace Akka.Actor.Internal;

/// <summary>Watches one actor from outside of any actor.</summary>
internal sealed class StopWatcher : MinimalActorRef
{
    private readonly TaskCompletionSource<bool> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StopWatcher(IActorRefProvider provider)
    {
        Provider = provider;
        Path = provider.TempPath();
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    public Task<bool> Stopped => _stopped.Task;

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is DeathWatchNotification)
        {
            _stopped.TrySetResult(true);
        }
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is Terminated)
        {
            _stopped.TrySetResult(true);
        }
    }
}
