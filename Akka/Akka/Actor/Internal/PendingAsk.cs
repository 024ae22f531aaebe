namespace Akka.Actor.Internal;

/// <summary>The timeout and the cancellation of one ask, and what is released when any outcome has come.</summary>
internal sealed class PendingAsk<T>
{
    private readonly FutureActorRef<T> _future;
    private readonly TaskCompletionSource<T> _result;
    private readonly TimeSpan _timeout;
    private readonly Timer _timer;
    private readonly CancellationTokenRegistration _registration;

    public PendingAsk(
        FutureActorRef<T> future, TaskCompletionSource<T> result, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        _future = future;
        _result = result;
        if (timeout.HasValue)
        {
            _timeout = timeout.Value;
            using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            {
                _timer = new Timer(
                    static state => ((PendingAsk<T>)state).TimedOut(), this, timeout.Value, Timeout.InfiniteTimeSpan);
            }
        }

        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((PendingAsk<T>)state)._result.TrySetCanceled(token), this);
        }

        result.Task.ContinueWith(
            static (_, state) => ((PendingAsk<T>)state).Release(),
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    public Task<T> Task => _result.Task;

    private void TimedOut() => _result.TrySetException(new AskTimeoutException($"Timeout after {_timeout} seconds"));

    private void Release()
    {
        _timer?.Dispose();
        _registration.Dispose();
        _future.Release();
    }
}
