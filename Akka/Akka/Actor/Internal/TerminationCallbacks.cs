namespace Akka.Actor.Internal;

/// <summary>What is run, in the order of registration, when all actors have stopped.</summary>
internal sealed class TerminationCallbacks
{
    private readonly object _lock = new();
    private readonly List<Action> _callbacks = [];
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ran;

    public Task Completed => _completed.Task;

    public void Add(Action callback)
    {
        lock (_lock)
        {
            if (_ran)
            {
                throw new InvalidOperationException("ActorSystem already terminated.");
            }

            _callbacks.Add(callback);
        }
    }

    public void Run(Action last)
    {
        lock (_lock)
        {
            if (_ran)
            {
                return;
            }

            _ran = true;
        }

        foreach (var callback in _callbacks)
        {
            Try(callback);
        }

        Try(last);
        _completed.TrySetResult();
    }

    private static void Try(Action callback)
    {
        try
        {
            callback();
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine($"A termination callback failed: {failure}");
        }
    }
}
