using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

public static class GracefulStopSupport
{
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) =>
        target.GracefulStop(timeout, PoisonPill.Instance);

    /// <summary>Sends the stop message and waits until the actor has stopped, or fails when the time is over.</summary>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        var internalTarget = (IInternalActorRef)target;
        var watcher = new StopWatcher(internalTarget.Provider);
        internalTarget.Provider.RegisterTempActor(watcher, watcher.Path);
        try
        {
            internalTarget.SendSystemMessage(new Watch(internalTarget, watcher));
            target.Tell(stopMessage, ActorRefs.NoSender);
            return await watcher.Stopped.WaitAsync(timeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            internalTarget.SendSystemMessage(new Unwatch(internalTarget, watcher));
            throw new TaskCanceledException($"{target} did not stop within {timeout}");
        }
        finally
        {
            internalTarget.Provider.UnregisterTempActor(watcher.Path);
        }
    }
}
