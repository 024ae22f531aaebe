using System.Threading.Tasks.Sources;

namespace ActorEtcd.Client;

/// <summary>
/// A request on its way through the actors: the one place where a task meets a message. The edge awaits
/// <see cref="Completion"/>, an actor completes it at most once; later attempts are ignored.
/// </summary>
/// <typeparam name="T">What the requester gets.</typeparam>
public class Pending<T> : IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<T> _core = new() { RunContinuationsAsynchronously = true };
    private int _completed;

    /// <summary>The answer; fails with <see cref="EtcdException"/> on refusal. To be awaited once.</summary>
    public ValueTask<T> Completion => new(this, _core.Version);

    public bool IsCompleted => Volatile.Read(ref _completed) != 0;

    public virtual bool TryComplete(T result)
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0)
        {
            return false;
        }

        _core.SetResult(result);
        return true;
    }

    public bool TryFail(EtcdError error) => TryFail(new EtcdException(error));

    public bool TryFail(Exception error)
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0)
        {
            return false;
        }

        _core.SetException(error);
        return true;
    }

    T IValueTaskSource<T>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
