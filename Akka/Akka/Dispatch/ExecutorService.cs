namespace Akka.Dispatch;

/// <summary>Runs what it is given, on threads of its choice.</summary>
public abstract class ExecutorService
{
    protected ExecutorService(string id)
    {
        Id = id;
    }

    public string Id { get; }

    public abstract void Execute(IRunnable run);

    public abstract void Shutdown();

    /// <summary>The same for work that has just had its turn and should let others go first.</summary>
    internal virtual void ExecuteAgain(IRunnable run) => Execute(run);
}
