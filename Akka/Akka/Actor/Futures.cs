namespace Akka.Actor;

public static class Futures
{
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<object>(message, timeout, CancellationToken.None);

    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<object>(message, null, cancellationToken);

    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<object>(message, timeout, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var future = Prepare<T>(self, timeout, cancellationToken, out var task);
        future.DeliverAsk(message, self);
        return task;
    }

    public static Task<T> Ask<T>(
        this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var future = Prepare<T>(self, timeout, cancellationToken, out var task);
        future.DeliverAsk(messageFactory(future), self);
        return task;
    }

    private static FutureActorRef<T> Prepare<T>(
        ICanTell self, TimeSpan? timeout, CancellationToken cancellationToken, out Task<T> task)
    {
        var provider = ProviderOf(self)
            ?? throw new ArgumentException("Unable to resolve the target Provider", nameof(self));
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var future = provider.CreateFutureRef(result);
        timeout ??= provider.Settings.AskTimeout;
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            timeout = null;
        }

        task = timeout is null && !cancellationToken.CanBeCanceled
            ? AwaitForever(future, result.Task)
            : new PendingAsk<T>(future, result, timeout, cancellationToken).Task;
        return future;
    }

    private static Task<T> AwaitForever<T>(FutureActorRef<T> future, Task<T> task)
    {
        task.ContinueWith(
            static (_, state) => ((FutureActorRef<T>)state).Release(),
            future,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return task;
    }

    private static IActorRefProvider ProviderOf(ICanTell target) => target switch
    {
        IInternalActorRef internalRef => internalRef.Provider,
        ActorSelection selection => ProviderOf(selection.Anchor),
        _ => InternalCurrentActorCellKeeper.Current?.SystemImpl.Provider,
    };
}
