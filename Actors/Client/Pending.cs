using System.Threading.Tasks.Sources;
using ActorEtcd.Dispatch;

namespace ActorEtcd.Client;

/// <summary>
/// A request on its way through the actors: the one place where a task meets a message. The edge awaits
/// <see cref="Completion"/>, an actor completes it at most once; later attempts are ignored.
/// </summary>
/// <typeparam name="T">What the requester gets.</typeparam>
public class Pending<T> : IValueTaskSource<T>, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<T> _core;
    private T? _result;
    private Exception? _error;
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

        _result = result;
        Relay.Complete(this);
        return true;
    }

    public bool TryFail(EtcdError error) => TryFail(new EtcdException(error));

    public bool TryFail(Exception error)
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0)
        {
            return false;
        }

        _error = error;
        Relay.Complete(this);
        return true;
    }

    /// <summary>Lets the requester go on, on this thread.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        if (_error is null)
        {
            _core.SetResult(_result!);
        }
        else
        {
            _core.SetException(_error);
        }
    }

    T IValueTaskSource<T>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
