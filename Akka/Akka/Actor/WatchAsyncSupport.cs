using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

public static class WatchAsyncSupport
{
    /// <summary>Completes with true when the actor has stopped, with false when the token is cancelled first.</summary>
    public static async Task<bool> WatchAsync(this IActorRef target, CancellationToken token = default)
    {
        if (target is not IInternalActorRef internalTarget)
        {
            throw new InvalidOperationException($"{target} cannot be watched");
        }

        var watcher = new StopWatcher(internalTarget.Provider);
        internalTarget.Provider.RegisterTempActor(watcher, watcher.Path);
        try
        {
            internalTarget.SendSystemMessage(new Watch(internalTarget, watcher));
            return await watcher.Stopped.WaitAsync(token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            internalTarget.SendSystemMessage(new Unwatch(internalTarget, watcher));
            return false;
        }
        finally
        {
            internalTarget.Provider.UnregisterTempActor(watcher.Path);
        }
    }
}
