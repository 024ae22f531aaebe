using Akka.Annotations;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>
/// The reference that an ask gives as sender: the first message to it completes the task. It takes a path, and so a
/// place among the temporary actors, only when somebody asks for the path, which a local answer never does.
/// </summary>
public class FutureActorRef<T> : MinimalActorRef
{
    private readonly TaskCompletionSource<T> _result;
    private readonly object _lock = new();
    private ActorPath _path;
    private bool _done;

    public FutureActorRef(TaskCompletionSource<T> result, ActorPath path, IActorRefProvider provider)
    {
        _result = result;
        _path = path;
        Provider = provider;
        if (path is not null)
        {
            provider.RegisterTempActor(this, path);
        }
    }

    public override ActorPath Path => _path ?? TakePath();

    public override IActorRefProvider Provider { get; }

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is Watch watch && !watch.Watcher.Equals(this))
        {
            // Nothing lives here that could be watched to its end.
            watch.Watcher.SendSystemMessage(
                new DeathWatchNotification(watch.Watchee, existenceConfirmed: true, addressTerminated: false));
        }
    }

    [InternalApi]
    public virtual void DeliverAsk(object message, ICanTell destination) => destination.Tell(message, this);

    internal void Release()
    {
        lock (_lock)
        {
            _done = true;
            if (_path is not null)
            {
                Provider.UnregisterTempActor(_path);
            }
        }
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        // Only the first answer counts; later ones are dropped without a word.
        _ = message switch
        {
            T typed => _result.TrySetResult(typed),
            null => _result.TrySetResult(default),
            Status.Failure failure => _result.TrySetException(
                failure.Cause ?? new TaskCanceledException("Task cancelled by actor via Failure message.")),
            _ => _result.TrySetException(new ArgumentException(
                $"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]")),
        };
    }

    private ActorPath TakePath()
    {
        lock (_lock)
        {
            if (_path is null)
            {
                _path = Provider.TempPath();
                if (!_done)
                {
                    Provider.RegisterTempActor(this, _path);
                }
            }

            return _path;
        }
    }
}
